package dev.ring3.litmus;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes tests by chance: the same seed and shape give the same test, on every machine. */
public final class RandomTests {
    /**
     * What tests look like.
     *
     * @param mixedSizes whether accesses to one location may have different sizes
     * @param jumps whether there are conditional jumps
     */
    public record Shape(int threads, int accesses, int locations, boolean mixedSizes, boolean jumps) {
        public Shape {
            if (threads < 1
                    || threads > CodeReader.THREADS_MAX
                    || accesses < 1
                    || accesses > 32
                    || locations < 1
                    || locations > 3) {
                throw new IllegalArgumentException("no such tests: 1 to %d threads, 1 to 32 accesses, 1 to 3 locations"
                        .formatted(CodeReader.THREADS_MAX));
            }
        }
    }

    private static final String[] LOCATIONS = {"x", "y", "z"};
    private static final int FIRST_VALUE = 4;
    private static final int LAST_VALUE = 9;
    private static final int LATER_MAX = 2;

    private final SplittableRandom random;
    private final Shape shape;
    private final List<String> code = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();
    private int label;
    private int openLabel = -1;

    private RandomTests(long seed, Shape shape) {
        this.random = new SplittableRandom(seed);
        this.shape = shape;
    }

    /** The text of a test. */
    public static String generate(long seed, Shape shape) {
        return new RandomTests(seed, shape).test(seed);
    }

    private String test(long seed) {
        StringBuilder init = new StringBuilder();
        List<List<String>> columns = new ArrayList<>();
        List<String> atoms = new ArrayList<>();
        for (int t = 0; t < shape.threads(); t++) {
            for (int l = 0; l < shape.locations(); l++) {
                init.append("%d:r%d=%s; ".formatted(t, l + 1, LOCATIONS[l]));
            }
            init.append("%d:r%d=%d;\n".formatted(t, LAST_VALUE, 1 + random.nextInt(LATER_MAX)));
            columns.add(thread());
            for (int register : results) {
                atoms.add("%d:r%d=%d".formatted(t, register, random.nextInt(LATER_MAX + 1)));
            }
        }
        StringBuilder text = new StringBuilder("BPF random-%d\n{\n%s}\n".formatted(seed, init));
        table(columns, text);
        text.append("locations [")
                .append(String.join(";", List.of(LOCATIONS).subList(0, shape.locations())))
                .append("]\n");
        return text.append("exists (")
                .append(atoms.isEmpty() ? "x=1" : String.join(" /\\ ", atoms))
                .append(")\n")
                .toString();
    }

    /** Columns side by side. */
    static void table(List<List<String>> columns, StringBuilder into) {
        int rows = columns.stream().mapToInt(List::size).max().orElse(0);
        for (int row = -1; row < rows; row++) {
            for (int t = 0; t < columns.size(); t++) {
                List<String> column = columns.get(t);
                int width = Math.max(
                        2, column.stream().mapToInt(String::length).max().orElse(0));
                String cell = row < 0 ? "P" + t : row < column.size() ? column.get(row) : "";
                into.append(t == 0 ? " " : " | ").append(cell).append(" ".repeat(width - cell.length()));
            }
            into.append(" ;\n");
        }
    }

    private List<String> thread() {
        code.clear();
        results.clear();
        openLabel = -1;
        int next = FIRST_VALUE;
        for (int i = 0; i < shape.accesses(); i++) {
            next = access(next);
            if (openLabel < 0 && shape.jumps() && !results.isEmpty() && random.nextInt(4) == 0) {
                openLabel = label++;
                String[] conditions = {"==", "!=", "<", ">="};
                code.add("if r%d %s %d goto L%d"
                        .formatted(
                                results.getLast(),
                                conditions[random.nextInt(conditions.length)],
                                random.nextInt(3),
                                openLabel));
            } else if (openLabel >= 0 && random.nextBoolean()) {
                closeJump();
            }
        }
        if (openLabel >= 0) {
            closeJump();
        }
        return new ArrayList<>(code);
    }

    private void closeJump() {
        code.add("L%d:".formatted(openLabel));
        openLabel = -1;
    }

    /** Adds an access, with what it may depend on; returns the register for the next result. */
    private int access(int next) {
        int base = 1 + random.nextInt(shape.locations());
        String type = shape.mixedSizes() ? new String[] {"u8", "u16", "u32", "u64"}[random.nextInt(4)] : "u64";
        String at = "r%d + 0".formatted(base);
        if (!results.isEmpty() && random.nextInt(5) == 0 && next < LAST_VALUE) {
            code.add("r%d = r%d".formatted(next, results.getLast()));
            code.add("r%d ^= r%d".formatted(next, next));
            code.add("r%d += r%d".formatted(base, next));
        }
        boolean wide = type.equals("u64") || type.equals("u32");
        String atomicType = type.equals("u32") ? "u32" : "u64";
        switch (random.nextInt(wide && next < LAST_VALUE ? 12 : 7)) {
            case 0, 1 -> {
                if (next < LAST_VALUE) {
                    code.add("r%d = *(%s *)(%s)".formatted(next, type, at));
                    results.add(next);
                    return next + 1;
                }
                code.add("*(%s *)(%s) = %d".formatted(type, at, 1 + random.nextInt(LATER_MAX)));
            }
            case 2, 3 -> code.add("*(%s *)(%s) = %d".formatted(type, at, 1 + random.nextInt(LATER_MAX)));
            case 4 ->
                code.add("*(%s *)(%s) = r%d".formatted(type, at, results.isEmpty() ? LAST_VALUE : results.getLast()));
            case 5 -> code.add("store_release((%s *)(%s), r%d)".formatted(type, at, LAST_VALUE));
            case 6 -> {
                if (next < LAST_VALUE) {
                    code.add("r%d = load_acquire((%s *)(%s))".formatted(next, type, at));
                    results.add(next);
                    return next + 1;
                }
                code.add("store_release((%s *)(%s), r%d)".formatted(type, at, LAST_VALUE));
            }
            case 7 -> {
                return fetch(next, "atomic_fetch_%s((%s *)(%s), r%d)", atomicType, at);
            }
            case 8 -> {
                code.add("r%d = %d".formatted(next, 1 + random.nextInt(LATER_MAX)));
                code.add("r%d = xchg%s(%s, r%d)".formatted(next, atomicType.equals("u32") ? "32_32" : "_64", at, next));
                results.add(next);
                return next + 1;
            }
            case 9, 10 -> {
                code.add("r0 = %d".formatted(random.nextInt(LATER_MAX)));
                code.add("r0 = cmpxchg%s(%s, r0, r%d)"
                        .formatted(atomicType.equals("u32") ? "32_32" : "_64", at, LAST_VALUE));
                code.add("r%d = r0".formatted(next));
                results.add(next);
                return next + 1;
            }
            default -> {
                String[] operators = {"+=", "|=", "&=", "^="};
                code.add("lock *(%s *)(%s) %s r%d"
                        .formatted(atomicType, at, operators[random.nextInt(operators.length)], LAST_VALUE));
            }
        }
        return next;
    }

    private int fetch(int next, String format, String type, String at) {
        String[] operations = {"add", "or", "and", "xor"};
        String operation = operations[random.nextInt(operations.length)];
        code.add("r%d = %d".formatted(next, random.nextInt(LATER_MAX + 1)));
        code.add("r%d = ".formatted(next) + format.formatted(operation, type, at, next));
        results.add(next);
        return next + 1;
    }
}
