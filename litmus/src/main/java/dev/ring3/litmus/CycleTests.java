package dev.ring3.litmus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a test that asks whether a cycle of edges can happen, as the diy tools do it.
 *
 * <p>Edges, separated by blanks: {@code Rfe Fre Coe Rfi Fri Coi} for communication between threads (e) and within one (i);
 * {@code PodRW}, {@code PosRR} for program order between different or the same locations and from a read or write to
 * another; {@code DpAddrdR}, {@code DpDatadW}, {@code DpCtrldW} for dependencies; {@code FencedRW} for an atomic operation
 * on another location in between. Between two edges, {@code A} makes the access a load-acquire, {@code L} a
 * store-release, {@code X} an atomic exchange.
 */
public final class CycleTests {
    private static final Pattern EDGE =
            Pattern.compile("(Rf|Fr|Co)([ei])|(Po|Fence)([ds])([RW])([RW])|Dp(Addr|Data|Ctrl)([ds])([RW])");

    /** Longer cycles are refused. */
    private static final int EDGES_MAX = 32;

    private enum Kind {
        READS_FROM,
        FROM_READS,
        COHERENCE,
        ORDER,
        FENCE,
        ADDRESS,
        DATA,
        CONTROL
    }

    private record Edge(Kind kind, boolean external, boolean sameLocation, char from, char to) {}

    /** An access: what it is, where and with which value. */
    private static final class Access {
        char direction;
        char mark = 'P';
        int location;
        int thread;
        int value;
        int register;
    }

    private final List<Edge> edges = new ArrayList<>();
    private final List<Access> accesses = new ArrayList<>();
    private final List<List<String>> columns = new ArrayList<>();
    private final StringBuilder init = new StringBuilder();
    private final List<String> atoms = new ArrayList<>();

    private CycleTests() {}

    /**
     * The text of a test.
     *
     * @throws IllegalArgumentException if the edges are not understood, do not fit each other, or make no cycle
     */
    public static String generate(String name, String cycle) {
        return new CycleTests().test(name, cycle);
    }

    private String test(String name, String cycle) {
        read(cycle);
        rotate();
        place();
        number();
        write();
        StringBuilder text = new StringBuilder("BPF %s%nCycle=%s%n{%n%s}%n".formatted(name, cycle.strip(), init));
        RandomTests.table(columns, text);
        return text.append("exists (")
                .append(String.join(" /\\ ", atoms))
                .append(")\n")
                .toString();
    }

    private void read(String cycle) {
        List<Character> marks = new ArrayList<>();
        for (String word : cycle.strip().split("\\s+", -1)) {
            if (word.matches("[ALXP]")) {
                if (edges.isEmpty()) {
                    throw new IllegalArgumentException("'%s' stands before the first edge".formatted(word));
                }
                marks.set(marks.size() - 1, word.charAt(0));
                continue;
            }
            edges.add(edge(word));
            marks.add('P');
        }
        if (edges.size() < 2 || edges.size() > EDGES_MAX) {
            throw new IllegalArgumentException("a cycle has 2 to %d edges".formatted(EDGES_MAX));
        }
        for (int i = 0; i < edges.size(); i++) {
            int before = Math.floorMod(i - 1, edges.size());
            Access access = new Access();
            access.direction = edges.get(i).from();
            if (edges.get(before).to() != access.direction) {
                throw new IllegalArgumentException("edge %d ends with %c, and the next begins with %c"
                        .formatted(before + 1, edges.get(before).to(), access.direction));
            }
            access.mark = marks.get(before);
            if ((access.mark == 'A' && access.direction == 'W') || (access.mark == 'L' && access.direction == 'R')) {
                throw new IllegalArgumentException("'A' is for reads and 'L' for writes");
            }
            accesses.add(access);
        }
    }

    private static Edge edge(String word) {
        Matcher match = EDGE.matcher(word);
        if (!match.matches()) {
            throw new IllegalArgumentException("no edge '%s' is known".formatted(word));
        }
        if (match.group(1) != null) {
            boolean external = match.group(2).equals("e");
            return switch (match.group(1)) {
                case "Rf" -> new Edge(Kind.READS_FROM, external, true, 'W', 'R');
                case "Fr" -> new Edge(Kind.FROM_READS, external, true, 'R', 'W');
                default -> new Edge(Kind.COHERENCE, external, true, 'W', 'W');
            };
        }
        if (match.group(3) != null) {
            Kind kind = match.group(3).equals("Po") ? Kind.ORDER : Kind.FENCE;
            return new Edge(
                    kind,
                    false,
                    match.group(4).equals("s"),
                    match.group(5).charAt(0),
                    match.group(6).charAt(0));
        }
        Kind kind = switch (match.group(7)) {
            case "Addr" -> Kind.ADDRESS;
            case "Data" -> Kind.DATA;
            default -> Kind.CONTROL;
        };
        if (kind == Kind.DATA && match.group(9).equals("R")) {
            throw new IllegalArgumentException("a read has no value to depend on: " + word);
        }
        return new Edge(
                kind, false, match.group(8).equals("s"), 'R', match.group(9).charAt(0));
    }

    /** Begins the cycle with a new thread and, if that is possible, with a new location. */
    private void rotate() {
        for (int i = 0; i < edges.size() && !edges.getLast().external(); i++) {
            edges.add(edges.removeFirst());
            accesses.add(accesses.removeFirst());
        }
        if (!edges.getLast().external()) {
            throw new IllegalArgumentException("the cycle has no edge between threads (Rfe, Fre, Coe)");
        }
    }

    private void place() {
        long changes = edges.stream().filter(edge -> !edge.sameLocation()).count();
        if (changes == 1) {
            throw new IllegalArgumentException("one change of location alone leads nowhere");
        }
        int location = 0;
        int thread = 0;
        for (int i = 0; i < edges.size(); i++) {
            accesses.get(i).location = location;
            accesses.get(i).thread = thread;
            Edge edge = edges.get(i);
            if (!edge.sameLocation()) {
                location = (int) ((location + 1) % changes);
            }
            thread += edge.external() ? 1 : 0;
        }
    }

    /** Values: the writes of a location count up along the cycle, from the access behind its change of location. */
    private void number() {
        int n = edges.size();
        int start = start();
        int value = 0;
        for (int k = 0; k < n; k++) {
            int i = (start + k) % n;
            Access access = accesses.get(i);
            Edge before = edges.get(Math.floorMod(i - 1, n));
            if (!before.sameLocation()) {
                value = 0;
            }
            if (access.direction == 'W') {
                value++;
            }
            access.value = value;
        }
    }

    /** Behind a change of location; if there is none, where a write is read too early, or the first of some writes. */
    private int start() {
        int n = edges.size();
        for (int i = 0; i < n; i++) {
            if (!edges.get(Math.floorMod(i - 1, n)).sameLocation()) {
                return i;
            }
        }
        for (Kind kind : List.of(Kind.FROM_READS, Kind.COHERENCE)) {
            for (int i = 0; i < n; i++) {
                if (edges.get(i).kind() == kind) {
                    return i;
                }
            }
        }
        return 0;
    }

    private void write() {
        int threads = accesses.getLast().thread + 1;
        int locations =
                accesses.stream().mapToInt(access -> access.location).max().orElse(0) + 1;
        int[] writes = new int[locations];
        for (int t = 0; t < threads; t++) {
            columns.add(thread(t));
        }
        for (Access access : accesses) {
            writes[access.location] = Math.max(writes[access.location], access.value);
        }
        for (int l = 0; l < locations; l++) {
            if (writes[l] > 1) {
                atoms.add("%s=%d".formatted(location(l), writes[l]));
            }
        }
    }

    private static String location(int number) {
        return number < 3 ? String.valueOf("xyz".charAt(number)) : "v" + number;
    }

    private List<String> thread(int t) {
        List<String> code = new ArrayList<>();
        int next = 1;
        String label = "";
        for (int i = 0; i < accesses.size(); i++) {
            Access access = accesses.get(i);
            if (access.thread != t) {
                continue;
            }
            Edge before = edges.get(Math.floorMod(i - 1, edges.size()));
            Access previous = accesses.get(Math.floorMod(i - 1, accesses.size()));
            int base = next++;
            init.append("%d:r%d=%s;%n".formatted(t, base, location(access.location)));
            String data = "";
            if (previous.thread == t && previous != access && !before.external()) {
                switch (before.kind()) {
                    case FENCE -> {
                        init.append("%d:r%d=fence%d;%n".formatted(t, next, t));
                        code.add("r0 = atomic_fetch_add((u64 *)(r%d + 0), r0)".formatted(next++));
                    }
                    case ADDRESS -> {
                        code.add("r%d = r%d".formatted(next, previous.register));
                        code.add("r%d ^= r%d".formatted(next, next));
                        code.add("r%d += r%d".formatted(base, next++));
                    }
                    case DATA -> {
                        code.add("r%d = r%d".formatted(next, previous.register));
                        code.add("r%d ^= r%d".formatted(next, next));
                        code.add("r%d += %d".formatted(next, access.value));
                        data = "r" + next++;
                    }
                    case CONTROL -> {
                        label = "L%d_%d".formatted(t, i);
                        code.add("if r%d == 77 goto %s".formatted(previous.register, label));
                        code.add("%s:".formatted(label));
                    }
                    case READS_FROM, FROM_READS, COHERENCE, ORDER -> {}
                }
            }
            next = access(code, access, base, next, data);
            requireRegisters(next);
        }
        return code;
    }

    private int access(List<String> code, Access access, int base, int given, String data) {
        int next = given;
        String at = "r%d + 0".formatted(base);
        if (access.mark == 'X') {
            access.register = next++;
            code.add(
                    access.direction == 'W' && data.isEmpty()
                            ? "r%d = %d".formatted(access.register, access.value)
                            : access.direction == 'W'
                                    ? "r%d = %s".formatted(access.register, data)
                                    : "r%d = 0".formatted(access.register));
            code.add(
                    access.direction == 'W'
                            ? "r%d = xchg_64(%s, r%d)".formatted(access.register, at, access.register)
                            : "r%d = atomic_fetch_add((u64 *)(%s), r%d)"
                                    .formatted(access.register, at, access.register));
        } else if (access.direction == 'R') {
            access.register = next++;
            code.add(
                    access.mark == 'A'
                            ? "r%d = load_acquire((u64 *)(%s))".formatted(access.register, at)
                            : "r%d = *(u64 *)(%s)".formatted(access.register, at));
        } else if (access.mark == 'L') {
            String value = data;
            if (data.isEmpty()) {
                code.add("r%d = %d".formatted(next, access.value));
                value = "r" + next++;
            }
            code.add("store_release((u64 *)(%s), %s)".formatted(at, value));
        } else {
            code.add("*(u64 *)(%s) = %s".formatted(at, data.isEmpty() ? access.value : data));
        }
        if (access.direction == 'R') {
            atoms.add("%d:r%d=%d".formatted(access.thread, access.register, access.value));
        }
        return next;
    }

    private static void requireRegisters(int next) {
        if (next > 10) {
            throw new IllegalArgumentException("a thread of this cycle needs more registers than there are");
        }
    }
}
