// The pages, each with what it needs of the server; icons are paths in a box of 20.

import { overview } from './pages/overview.js';
import { volume } from './pages/volume.js';
import { cache } from './pages/cache.js';
import { programs } from './pages/programs.js';
import { processes } from './pages/processes.js';
import { exports } from './pages/exports.js';
import { clients } from './pages/clients.js';
import { jobs } from './pages/jobs.js';
import { litmus } from './pages/litmus.js';

export const PAGES = [
  { name: 'overview', title: 'Overview', open: overview, needs: ['GET /status', 'GET /metrics/history'],
    icon: 'M3 3h6v8H3zM11 3h6v5h-6zM11 10h6v7h-6zM3 13h6v4H3z' },
  { name: 'volume', title: 'Volume', open: volume, needs: ['GET /subvolumes'],
    icon: 'M10 2c4 0 7 1.2 7 2.8v10.4c0 1.6-3 2.8-7 2.8s-7-1.2-7-2.8V4.8C3 3.2 6 2 10 2zM3 5c0 1.6 3 2.8 7 2.8S17 6.6 17 5M3 10c0 1.6 3 2.8 7 2.8s7-1.2 7-2.8' },
  { name: 'programs', title: 'Programs', open: programs, needs: ['GET /hooks'],
    icon: 'M7 6l-4 4 4 4M13 6l4 4-4 4M11.5 4l-3 12' },
  { name: 'cache', title: 'Cache', open: cache, needs: ['GET /metrics/history'],
    icon: 'M4 6h12v8H4zM7 3v3M10 3v3M13 3v3M7 14v3M10 14v3M13 14v3' },
  { name: 'processes', title: 'Processes', open: processes, needs: ['GET /processes'],
    icon: 'M8 3h4v4H8zM3 13h4v4H3zM13 13h4v4h-4zM10 7v3M5 13v-3h10v3' },
  { name: 'exports', title: 'Exports', open: exports, needs: ['GET /exports', 'GET /subvolumes'],
    icon: 'M10 13V3M6 7l4-4 4 4M3 12v5h14v-5' },
  { name: 'clients', title: 'Clients', open: clients, needs: ['GET /clients'],
    icon: 'M3 4h14v9H3zM7 17h6M10 13v4' },
  { name: 'jobs', title: 'Jobs', open: jobs, needs: ['GET /jobs'],
    icon: 'M4 5h12M4 10h12M4 15h7M14 13l2 2 3-3' },
  { name: 'litmus', title: 'Litmus', open: litmus, needs: ['GET /litmus/tests'],
    icon: 'M5 4a2 2 0 1 0 .01 0M15 4a2 2 0 1 0 .01 0M5 12a2 2 0 1 0 .01 0M15 12a2 2 0 1 0 .01 0M5 8v4M15 8v4M7 13l6-6M13 13l-6-6' },
];

/** The events that pages listen to. */
export const EVENT_TYPES = ['job.changed', 'snapshot.created', 'subvolume.created', 'subvolume.deleted', 'subvolume.rolledBack',
  'mount.added', 'mount.removed', 'exports.changed', 'client.evicted', 'alert', 'hook.attached', 'hook.replaced', 'hook.detached', 'hook.failed', 'proc.exit'];
