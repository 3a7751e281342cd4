package dev.ring3.cli;

import dev.ring3.bpf.BpfFault;
import dev.ring3.bpf.BpfMemoryException;
import dev.ring3.bpf.BpfProgram;
import dev.ring3.bpf.BpfRuntime;
import dev.ring3.bpf.EngineKind;
import dev.ring3.bpf.Invocation;
import dev.ring3.bpf.Verification;
import dev.ring3.bpf.insn.InsnException;
import dev.ring3.bpf.insn.InsnLayout;
import dev.ring3.bpf.object.ObjectException;
import dev.ring3.cli.suite.SuiteFunctions;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import picocli.CommandLine.TypeConversionException;

/**
 * The plugin protocol of the public conformance suite: one program, given on standard input, one result.
 *
 * <pre>
 * ring3-bpf-plugin [MEM] [--engine NAME] [--repeat N] [--elf]
 * </pre>
 *
 * MEM is one argument, the memory that the program is called with, and absent if there is none. Memory and program are
 * bytes in hexadecimal between blanks. With {@code --elf} the program is an ELF object, and its program {@code main} in
 * {@code .text} is run. r0 is printed in hexadecimal, followed by {@code ns_per_run X} if {@code --repeat} is given.
 * Whatever goes wrong is a message on standard error and a status that is not 0.
 */
final class BpfPlugin {
    private static final String OPTION = "--";

    /** What the suite calls the program of an object. */
    private static final String PROGRAM = "main";

    private final Terminal terminal;
    private byte[] memory = new byte[0];
    private EngineKind engine = EngineKind.INTERPRETER;
    private long repeat;
    private boolean elf;

    BpfPlugin(Terminal terminal) {
        this.terminal = terminal;
    }

    int run(List<String> arguments) {
        try {
            parse(new ArrayDeque<>(arguments));
            terminal.out().print(answer(program()));
            terminal.out().flush();
            return ExitCode.OK;
        } catch (CommandException e) {
            return fail(e.exitCode(), String.valueOf(e.getMessage()));
        } catch (BpfMemoryException e) {
            return fail(ExitCode.UNSUPPORTED, String.valueOf(e.getMessage()));
        } catch (InsnException | ObjectException | BpfFault e) {
            return fail(ExitCode.NEGATIVE, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return fail(ExitCode.USAGE, "cannot read the program from standard input: " + e.getMessage());
        }
    }

    private int fail(int status, String message) {
        terminal.err().println(message);
        return status;
    }

    private void parse(Queue<String> arguments) {
        String first = arguments.peek();
        if (first != null && !first.startsWith(OPTION)) {
            memory = bytes("the memory", arguments.remove());
        }
        while (!arguments.isEmpty()) {
            String argument = arguments.remove();
            switch (argument) {
                case "--elf" -> elf = true;
                case "--engine" -> engine = engine(value(argument, arguments));
                case "--repeat" -> repeat = count(argument, value(argument, arguments));
                case "" -> {} // what is left of two blanks between options
                default ->
                    throw CommandException.usage(
                            "unexpected argument '%s'; usage: [MEM] [--engine NAME] [--repeat N] [--elf]"
                                    .formatted(argument));
            }
        }
    }

    private static String value(String option, Queue<String> arguments) {
        String value = arguments.poll();
        if (value == null) {
            throw CommandException.usage(option + " needs a value");
        }
        return value;
    }

    private static EngineKind engine(String name) {
        try {
            return new Names.Engines().convert(name);
        } catch (TypeConversionException unknown) {
            throw CommandException.usage(String.valueOf(unknown.getMessage()));
        }
    }

    private static long count(String option, String text) {
        try {
            long count = Long.parseLong(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw CommandException.usage("%s %s: no number above 0".formatted(option, text));
    }

    private byte[] program() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.US_ASCII));
        String line = in.readLine();
        return bytes("the program", line == null ? "" : line);
    }

    /** Bytes of one or two digits each, between blanks. */
    private static byte[] bytes(String what, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() / 3);
        int digits = 0;
        int value = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : ' ';
            int digit = Character.digit(c, 16);
            if (digit >= 0 && digits < 2) {
                value = value << 4 | digit;
                digits++;
            } else if (Character.isWhitespace(c)) {
                if (digits > 0) {
                    bytes.write(value);
                }
                digits = 0;
                value = 0;
            } else {
                throw CommandException.usage(
                        "%s, character %d: '%c' in place of a byte of two hexadecimal digits and a blank"
                                .formatted(what, i + 1, c));
            }
        }
        return bytes.toByteArray();
    }

    private String answer(byte[] program) {
        try (BpfRuntime runtime = BpfRuntime.builder()
                        .verification(Verification.OFF)
                        .engine(engine)
                        .build();
                Invocation invocation = load(runtime, program).newInvocation()) {
            invocation.memory(memory.length).copyFrom(MemorySegment.ofArray(memory));
            long runs = Math.max(repeat, 1);
            long r0 = 0;
            long begin = System.nanoTime();
            for (long run = 0; run < runs; run++) {
                r0 = invocation.run();
            }
            double nanos = System.nanoTime() - begin;
            return Long.toHexString(r0)
                    + (repeat > 0 ? String.format(Locale.ROOT, "%nns_per_run %.1f%n", nanos / runs) : "\n");
        }
    }

    private BpfProgram load(BpfRuntime runtime, byte[] program) {
        if (elf) {
            return ObjectPrograms.load(runtime, "the object", program, PROGRAM, SuiteFunctions.TYPE);
        }
        return runtime.program("main", InsnLayout.decode(program, ByteOrder.LITTLE_ENDIAN), SuiteFunctions.TYPE);
    }
}
