package dev.ring3.litmus.search;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tests by chance with everything in them that a test may have: locations with and without types, an array, a pointer in
 * memory, all widths, all atomic operations, arithmetic of 32 and 64 bits between accesses, jumps of every condition with
 * code on both ways. They are small, so that the naive enumerator can do them, and have nothing of {@code RandomTests}.
 */
final class VariedTests {
    private static final String[] ALU = {"+=", "-=", "^=", "|=", "&=", "*=", "/=", "%=", "<<=", ">>=", "s>>="};
    private static final String[] CONDITIONS = {"==", "!=", ">", ">=", "<", "<=", "s>", "s>=", "s<", "s<=", "&"};
    private static final String[] FETCH = {"add", "and", "or", "xor"};
    private static final String[] LOCK = {"+=", "&=", "|=", "^="};
    private static final int[] VALUES = {0, 1, 2, 3, -1, 255, 256, 65536};

    /** What the registers hold: addresses of x, y and the array, the pointer's, then values. */
    private static final int X = 1;

    private static final int Y = 2;
    private static final int A = 3;
    private static final int P = 4;
    private static final int FIRST = 5;
    private static final int LAST = 9;

    private final SplittableRandom random;
    private final boolean mixed;
    private final boolean array;
    private final boolean pointer;
    private final boolean typed;
    private final String plainSize;
    private List<String> code = new ArrayList<>();
    private int labels;
    private int used;

    private VariedTests(long seed) {
        this.random = new SplittableRandom(seed);
        this.mixed = random.nextInt(3) == 0;
        this.array = random.nextInt(4) == 0;
        this.pointer = random.nextInt(5) == 0;
        this.typed = random.nextInt(3) == 0;
        this.plainSize = random.nextBoolean() ? "u64" : "u32";
    }

    static String generate(long seed) {
        return new VariedTests(seed).test(seed);
    }

    private String test(long seed) {
        int threads = 2 + random.nextInt(3);
        int[] share = shares(threads, mixed ? 4 : 5 + random.nextInt(2));
        StringBuilder init = new StringBuilder();
        if (typed) {
            init.append("u64 x=%d; int y=%d; ".formatted(pick(VALUES) & 0xffff, random.nextInt(3)));
        } else if (random.nextInt(3) == 0) {
            init.append("x=%d; ".formatted(1 + random.nextInt(2)));
        }
        if (array) {
            init.append("uint32_t a[2]={%d,%d}; ".formatted(random.nextInt(2), random.nextInt(2)));
        }
        if (pointer) {
            init.append(random.nextBoolean() ? "p=x; " : "u64 *p=&y; ");
        }
        List<List<String>> columns = new ArrayList<>();
        List<String> atoms = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            init.append("%n%d:r1=x; %d:r2=y; ".formatted(t, t));
            init.append(array ? "%d:r3=a; ".formatted(t) : "");
            init.append(pointer ? "%d:r4=p; ".formatted(t) : "");
            init.append("%d:r9=%d; ".formatted(t, pick(VALUES)));
            columns.add(thread(share[t]));
            for (int r = FIRST; r < used; r++) {
                atoms.add("%d:r%d=%d".formatted(t, r, random.nextInt(2)));
            }
        }
        StringBuilder text = new StringBuilder("BPF varied-%d%n{ %s%n}%n".formatted(seed, init));
        table(columns, text);
        text.append("locations [x; y;%s%s]%n".formatted(array ? " a;" : "", pointer ? " p;" : ""));
        String[] quantifiers = {"exists", "~exists", "forall"};
        return text.append("%s (%s)%n"
                        .formatted(
                                quantifiers[random.nextInt(3)], atoms.isEmpty() ? "x=1" : String.join(" /\\ ", atoms)))
                .toString();
    }

    private int[] shares(int threads, int accesses) {
        int[] share = new int[threads];
        for (int i = 0; i < accesses; i++) {
            share[i < threads ? i : random.nextInt(threads)]++;
        }
        return share;
    }

    private static void table(List<List<String>> columns, StringBuilder into) {
        int rows = columns.stream().mapToInt(List::size).max().orElse(0);
        for (int row = -1; row < rows; row++) {
            for (int t = 0; t < columns.size(); t++) {
                List<String> column = columns.get(t);
                into.append(t == 0 ? " " : " | ")
                        .append(row < 0 ? "P" + t : row < column.size() ? column.get(row) : "");
            }
            into.append(" ;\n");
        }
    }

    private int pick(int[] of) {
        return of[random.nextInt(of.length)];
    }

    private String pick(String[] of) {
        return of[random.nextInt(of.length)];
    }

    private List<String> thread(int accesses) {
        code = new ArrayList<>();
        used = FIRST;
        String end = "";
        for (int i = 0; i < accesses; i++) {
            access();
            if (used > FIRST && random.nextInt(3) == 0) {
                arithmetic(FIRST + random.nextInt(used - FIRST));
            }
            boolean last = i == accesses - 1;
            if (!end.isEmpty() && (last || random.nextBoolean())) {
                code.add(end + ":");
                end = "";
            } else if (used > FIRST && !last && end.isEmpty() && random.nextInt(3) == 0) {
                end = "L%d".formatted(labels++);
                code.add(jump(end));
                if (random.nextInt(3) == 0) { // the other way stores too, and both meet
                    String other = "M%d".formatted(labels++);
                    code.add("*(%s *)(r%d + 0) = %d".formatted(size(), 1 + random.nextInt(2), random.nextInt(3)));
                    code.add("goto " + other);
                    code.add(end + ":");
                    end = other;
                }
            }
        }
        if (!end.isEmpty()) {
            code.add(end + ":");
        }
        return code;
    }

    private String jump(String label) {
        String register = random.nextInt(4) == 0 ? "w" : "r";
        int left = FIRST + random.nextInt(used - FIRST);
        String right = random.nextInt(3) == 0 ? register + LAST : String.valueOf(pick(VALUES));
        return "if %s%d %s %s goto %s".formatted(register, left, pick(CONDITIONS), right, label);
    }

    private void arithmetic(int register) {
        String name = random.nextInt(3) == 0 ? "w" : "r";
        String operation = pick(ALU);
        boolean shift = operation.contains("<<") || operation.contains(">>");
        switch (random.nextInt(6)) {
            case 0 -> code.add("%s%d = -%s%d".formatted(name, register, name, register));
            case 1 -> code.add("r%d = bswap%d r%d".formatted(register, 16 << random.nextInt(3), register));
            case 2 -> code.add("r%d = (s%d)r%d".formatted(register, 8 << random.nextInt(3), register));
            default -> {
                String right = shift ? String.valueOf(random.nextInt(9)) : String.valueOf(pick(VALUES));
                if (!shift && random.nextInt(3) == 0) {
                    right = name + LAST;
                }
                if ((operation.equals("/=") || operation.equals("%=")) && right.equals("0")) {
                    right = "2";
                }
                code.add("%s%d %s %s".formatted(name, register, operation, right));
            }
        }
    }

    private String size() {
        return mixed ? pick(new String[] {"u8", "u16", "u32", "u64"}) : plainSize;
    }

    /** Where the next access goes: {@code r1 + 0}, into the array, or through the pointer or a register that depends. */
    private String place(String size) {
        int bytes = Integer.parseInt(size.substring(1)) / 8;
        if (array && random.nextInt(3) == 0 && bytes <= 4) {
            if (used > FIRST && random.nextBoolean() && used <= LAST) {
                int register = used > FIRST ? used - 1 : FIRST;
                code.add("r0 = r%d".formatted(register));
                code.add("r0 &= 1");
                code.add("r0 <<= 2");
                code.add("r0 += r%d".formatted(A));
                return "r0 + 0";
            }
            return "r%d + %d".formatted(A, bytes == 4 ? 4 * random.nextInt(2) : bytes * random.nextInt(8 / bytes));
        }
        if (pointer && random.nextInt(3) == 0) {
            code.add("r0 = *(u64 *)(r%d + 0)".formatted(P));
            return "r0 + 0";
        }
        int base = random.nextBoolean() ? X : Y;
        if (used > FIRST && random.nextInt(4) == 0) {
            code.add("r0 = r%d".formatted(used - 1));
            code.add(random.nextBoolean() ? "r0 &= 0" : "r0 ^= r0");
            code.add("r0 += r%d".formatted(base));
            return "r0 + 0";
        }
        int offset = mixed && !typed ? bytes * random.nextInt(8 / bytes) : 0;
        return "r%d + %d".formatted(base, offset);
    }

    private void access() {
        String size = size();
        boolean atomic = random.nextInt(3) == 0 && !size.equals("u8") && !size.equals("u16");
        boolean room = used < LAST;
        if (typed && size.equals("u64")) {
            size = "u32"; // y is an int
        }
        String place = place(size);
        if (pointer && random.nextInt(8) == 0) {
            code.add("*(u64 *)(r%d + 0) = r%d".formatted(P, 1 + random.nextInt(2)));
        } else if (atomic) {
            atomic(size, place, room);
        } else if (room && random.nextBoolean()) {
            String[] loads = {"r%d = *(%s *)(%s)", "r%d = load_acquire((%s *)(%s))", "r%d = *(%s *)(%s)"};
            String load = pick(loads);
            boolean signed = !load.contains("acquire") && !size.equals("u64") && random.nextInt(4) == 0;
            code.add(load.formatted(used++, signed ? size.replace('u', 's') : size, place));
        } else {
            int source = random.nextBoolean() && used > FIRST ? FIRST + random.nextInt(used - FIRST) : LAST;
            switch (random.nextInt(3)) {
                case 0 -> code.add("*(%s *)(%s) = %d".formatted(size, place, 1 + random.nextInt(2)));
                case 1 -> code.add("*(%s *)(%s) = r%d".formatted(size, place, source));
                default -> code.add("store_release((%s *)(%s), r%d)".formatted(size, place, source));
            }
        }
    }

    private void atomic(String size, String place, boolean room) {
        boolean wide = size.equals("u64");
        int source = room ? used : LAST;
        boolean free = !place.startsWith("r0");
        switch (random.nextInt(free ? 4 : 3)) {
            case 0 -> code.add("lock *(%s *)(%s) %s r%d".formatted(size, place, pick(LOCK), LAST));
            case 1 -> {
                fill(source);
                code.add("r%d = atomic_fetch_%s((%s *)(%s), r%d)".formatted(source, pick(FETCH), size, place, source));
                used = Math.max(used, source + (room ? 1 : 0));
            }
            case 2 -> {
                fill(source);
                String name = wide ? "r%d = xchg_64(%s, r%d)" : "w%d = xchg32_32(%s, w%d)";
                code.add(name.formatted(source, place, source));
                used = Math.max(used, source + (room ? 1 : 0));
            }
            default -> {
                code.add(
                        used > FIRST && random.nextBoolean()
                                ? "r0 = r%d".formatted(used - 1)
                                : "r0 = %d".formatted(random.nextInt(2)));
                String name = wide ? "r0 = cmpxchg_64(%s, r0, r%d)" : "w0 = cmpxchg32_32(%s, w0, w%d)";
                code.add(name.formatted(place, LAST));
                if (room) {
                    code.add("r%d = r0".formatted(used++));
                }
            }
        }
    }

    private void fill(int register) {
        if (register != LAST) {
            code.add("r%d = %d".formatted(register, pick(VALUES)));
        }
    }
}
