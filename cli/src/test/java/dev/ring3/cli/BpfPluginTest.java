package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The plugin protocol of the public conformance suite: bytes in hexadecimal, each followed by two blanks. */
class BpfPluginTest {
    private static final String LOAD_AND_EXIT = "79 10 00 00 00 00 00 00 95 00 00 00 00 00 00 00";
    private static final String LENGTH_AND_EXIT = "bf 20 00 00 00 00 00 00 95 00 00 00 00 00 00 00";

    private static String hex(String bytes) {
        return HexFormat.ofDelimiter("  ").formatHex(HexFormat.ofDelimiter(" ").parseHex(bytes)) + "  ";
    }

    private static CommandLineRun.Result plugin(String program, String... arguments) {
        String[] words = new String[2 + arguments.length];
        words[0] = "bpf";
        words[1] = "plugin";
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        return new CommandLineRun().input(program).run(words);
    }

    private static long result(CommandLineRun.Result result) {
        assertThat(result.status()).as(result.err()).isZero();
        String text = result.out().strip();
        return Long.parseUnsignedLong(text.startsWith("0x") ? text.substring(2) : text, 16);
    }

    @Test
    void memory_isTheFirstArgument_andItsLengthTheSecond() {
        assertThat(result(plugin(hex(LOAD_AND_EXIT), hex("88 77 66 55 44 33 22 f1"))))
                .isEqualTo(0xf122334455667788L);
        assertThat(result(plugin(hex(LENGTH_AND_EXIT), hex("01 02 03")))).isEqualTo(3);
    }

    @Test
    void withoutMemory_addressAndLengthAreZero() {
        assertThat(result(plugin(hex(LENGTH_AND_EXIT)))).isZero();
    }

    @Test
    void helper5_endsTheProgramWhereItGives0() {
        // r1 = 0; call 5; r0 = 2; exit
        String unwinds =
                "b7 01 00 00 00 00 00 00 85 00 00 00 05 00 00 00 b7 00 00 00 02 00 00 00 95 00 00 00 00 00 00 00";
        assertThat(result(plugin(hex(unwinds)))).isZero();
    }

    @Test
    void repeat_printsTheTimeOfARun() {
        assertThat(plugin(hex(LENGTH_AND_EXIT), "--repeat", "10").out()).matches("(0x)?0\nns_per_run \\d+(\\.\\d+)?\n");
    }

    @Test
    void faultAndGarbage_exitWithAMessageOnStandardError() {
        for (String program : new String[] {hex(LOAD_AND_EXIT), "zz", "", hex("ff 00 00 00 00 00 00 00")}) {
            CommandLineRun.Result result = plugin(program);
            assertThat(result.status()).as(program).isNotZero();
            assertThat(result.err()).as(program).isNotBlank();
            assertThat(result.out()).as(program).isEmpty();
        }
    }

    @Test
    void unknownOptionsAndEngines_areErrorsOfUsage() {
        for (String[] options : new String[][] {{"--engine", "x"}, {"--engine"}, {"--repeat", "0"}, {"--nothing"}}) {
            CommandLineRun.Result result = plugin(hex(LENGTH_AND_EXIT), options);
            assertThat(result.status()).as(options[0]).isEqualTo(ExitCode.USAGE);
            assertThat(result.err()).contains(options[0].equals("--engine") ? "engine" : options[0]);
        }
    }
}
