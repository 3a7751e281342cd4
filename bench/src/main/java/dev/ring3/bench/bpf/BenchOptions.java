package dev.ring3.bench.bpf;

import java.util.List;
import java.util.Set;

/**
 * What to measure and how long.
 *
 * @param parts which parts
 * @param programs names of programs; none for all
 * @param engines names of engines; none for all
 * @param peers other runtimes, each {@code NAME=COMMAND}
 * @param forks how often each is measured, in a process of its own
 * @param rounds in each
 * @param batchMillis how long each subject runs in a round
 * @param warmUpMillis how long each runs before
 * @param threads how many use one map at a time, besides one
 * @param clang the compiler; empty to look for one
 * @param maps names of kinds of maps; none for all
 * @param command what is written beside the figures
 */
public record BenchOptions(
        Set<Part> parts,
        List<String> programs,
        List<String> engines,
        List<String> peers,
        int forks,
        int rounds,
        double batchMillis,
        double warmUpMillis,
        int threads,
        String clang,
        List<String> maps,
        String command) {
    private static final int BUSY = 20;

    /** What can be measured by itself. */
    public enum Part {
        /** Programs in each engine. */
        PROGRAMS,
        /** Operations on maps. */
        MAPS,
        /** How soon programs run, and what they take. */
        LOAD
    }

    public BenchOptions {
        parts = Set.copyOf(parts);
        programs = List.copyOf(programs);
        engines = List.copyOf(engines);
        peers = List.copyOf(peers);
        if (forks < 1 || rounds < 1 || threads < 1 || !(batchMillis > 0) || !(warmUpMillis >= 0)) {
            throw new IllegalArgumentException(
                    "%d forks of %d rounds, batches of %s ms after %s ms of warm-up, %d threads"
                            .formatted(forks, rounds, batchMillis, warmUpMillis, threads));
        }
        maps = List.copyOf(maps);
        for (String map : maps) {
            if (!mapNames().contains(map)) {
                throw new IllegalArgumentException(
                        "no maps %s; there are %s".formatted(map, String.join(", ", mapNames())));
            }
        }
        programs.forEach(BenchProgram::named);
        for (String engine : engines) {
            if (!Engine.ids().contains(engine)) {
                throw new IllegalArgumentException(
                        "no engine %s; there are %s".formatted(engine, String.join(", ", Engine.ids())));
            }
        }
        peers.forEach(PeerCommand::parse);
    }

    /** All names of programs. */
    public static List<String> programNames() {
        return BenchProgram.ALL.stream().map(BenchProgram::name).toList();
    }

    /** All names of engines. */
    public static List<String> engineNames() {
        return Engine.ids();
    }

    /** All names of kinds of maps, and of what is measured like them. */
    public static List<String> mapNames() {
        return MapKind.ids();
    }

    List<MapKind> chosenMaps() {
        return maps.isEmpty() ? MapKind.ALL : maps.stream().map(MapKind::of).toList();
    }

    List<BenchProgram> chosenPrograms() {
        return programs.isEmpty()
                ? BenchProgram.ALL
                : programs.stream().map(BenchProgram::named).toList();
    }

    List<Engine> chosenEngines() {
        return engines.isEmpty()
                ? List.of(Engine.values())
                : engines.stream().map(Engine::of).toList();
    }

    List<PeerCommand> peerCommands() {
        return peers.stream().map(PeerCommand::parse).toList();
    }

    WorkerMain.Times times() {
        return new WorkerMain.Times(rounds, batchMillis, warmUpMillis);
    }

    /** How long a child may take: what it measures, many times over for a machine that is busy. */
    long secondsMax(int subjects) {
        double millis = subjects * (warmUpMillis + 3.0 * rounds * batchMillis);
        return 120 + (long) (BUSY * millis / 1000);
    }
}
