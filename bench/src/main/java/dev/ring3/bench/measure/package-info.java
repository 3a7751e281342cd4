/** What every benchmark needs: child JVMs, rounds, statistics, the machine it ran on, JSON and pictures. */
package dev.ring3.bench.measure;
