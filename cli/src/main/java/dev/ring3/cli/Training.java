package dev.ring3.cli;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs the short commands once each, in silence, so that the launcher's start-up cache holds what they load. Touches no
 * file.
 */
final class Training {
    private static final String PROGRAM = "r0 = r2; if r0 > 0 goto +1; r0 = 42; exit";
    private static final String BYTECODE = "b7 00 00 00 2a 00 00 00 95 00 00 00 00 00 00 00";
    private static final String UNSAFE =
            "r6 = r1; call 7; if r0 > 4 goto +1; exit; r6 += r0; r0 = *(u8 *)(r6 + 0); exit";
    private static final String LOOP_FOREVER = "a: goto a; exit";

    private static final String LITMUS = """
            BPF training
            { int x=0; 0:r1=x; 0:r2=y; 0:r5=1; 1:r1=y; 1:r2=x; 1:r0=0; 1:r5=1; }
             P0                                         | P1                                 ;
             *(u32 *)(r1 + 0) = 1                       | r3 = load_acquire((u32 *)(r1 + 0)) ;
             r5 = atomic_fetch_add((u64 *)(r2 + 0), r5) | if r3 == 0 goto L                  ;
             store_release((u32 *)(r2 + 0), r5)         | r0 = cmpxchg_64(r2 + 0, r0, r5)    ;
                                                        | L:                                 ;
            exists (1:r3=1 /\\ 1:r0=0)
            """;

    private Training() {}

    static int run() {
        for (String command :
                List.of("--help", "--version", "bpf", "bpf run --help", "bpf verify --help", "completion bash")) {
            run(command, "");
        }
        run("bpf asm - --format=hex", PROGRAM);
        run("bpf asm - --json", "r0 = nonsense");
        run("bpf run -", PROGRAM);
        run("bpf verify -", PROGRAM);
        run("bpf verify - --json", UNSAFE);
        run("bpf verify - --explain=0", UNSAFE);
        run("bpf verify - --type=xdp", UNSAFE);
        run("bpf types", "");
        run("bpf types fs", "");
        run("bpf run - --json --repeat=2", PROGRAM);
        run("bpf run - --budget=10", LOOP_FOREVER);
        run("bpf plugin", BYTECODE);
        run("litmus run -", LITMUS);
        return ExitCode.OK;
    }

    private static void run(String command, String input) {
        Terminal terminal =
                Terminal.silent().withInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        Main.run(List.of(command.split(" ")), terminal);
    }
}
