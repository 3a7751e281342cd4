package dev.ring3.litmus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ring3.litmus.LitmusTest.Quantifier;
import dev.ring3.litmus.LitmusTest.Reading;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LitmusParserTest {
    private static LitmusTest parse(String text) {
        return LitmusParser.parse(text, Reading.STANDARD);
    }

    private static LitmusTest withCondition(String condition) {
        return parse("BPF t\n{ int a[2]={1,2}; x=5; 0:r1=x; }\n P0 ;\n r2 = r1 ;\n" + condition + "\n");
    }

    @Test
    void initialState_allForms_areRead() {
        LitmusTest test = parse("""
                BPF forms
                "a description"
                Key=some value
                { x; y=5; [z]=0x10; int i=-1; uint64_t u = 7; uint8_t *p = &y; q = y; int8_t a[2]={3,-4}; short s[2];
                  unsigned int w = 1; 0:r1=x; 0:r2=&a; 0:r3=a[1]; 0:r4=9; uint32_t 0:r5; P1:fp=z; }
                 P0 | P1 ;
                 r0 = 1 | (* (* nested *) r1 = 2 | *) ;
                exists (x=0)
                """);
        assertThat(test.information()).containsEntry("Key", "some value");
        assertThat(test.locations()).hasSize(10);
        assertThat(Objects.requireNonNull(test.locations().get("a")).initial())
                .containsExactly(new Value.Num(3), new Value.Num(-4));
        assertThat(Objects.requireNonNull(test.locations().get("z")).initial()).containsExactly(new Value.Num(16));
        assertThat(Objects.requireNonNull(test.locations().get("p")).initial())
                .containsExactly(new Value.Address("y", 0));
        assertThat(test.threads().getFirst().initial()).containsEntry(3, new Value.Address("a", 1));
        assertThat(test.threads().getLast().initial()).containsEntry(10, new Value.Address("z", 0));
        assertThat(test.threads().getLast().code()).isEmpty();
    }

    @Test
    void code_bothSpellings_areTheSame() {
        LitmusTest test = parse("""
                BPF spellings
                { 0:r1=x; 1:r1=x; }
                 P0                                        | P1                                          ;
                 r2 = xchg_32_32(r1 + 0, r2)               | w2 = xchg32_32(r1 + 0, w2)                  ;
                 r0 = cmpxchg32_32 (r1+0, r0, r2)          | w0 = cmpxchg32_32(r1 + 0, w0, w2)           ;
                 r2 = atomic_fetch_add((u64*)(r1), r2)     | r2 = atomic_fetch_add((u64 *)(r1 + 0), r2)  ;
                 r2 |= r3                                  | R2 |= R3                                    ;
                 lock *(u32*)(r1+0) |= r2                  | lock *(u32 *)(r1 + 0) |= w2                 ;
                 E:                                        | E:                                          ;
                exists (x=0)
                """);
        assertThat(test.threads().getFirst().code().stream().map(LitmusTest.Line::insn))
                .isEqualTo(test.threads().getLast().code().stream()
                        .map(LitmusTest.Line::insn)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "exists (x=1 /\\ 0:r2=x) @ exists ([x]=1 /\\ 0:r2=x)",
                "exists x=1 \\/ x=2 /\\ [x]=3 @ exists ([x]=1 \\/ [x]=2 /\\ [x]=3)",
                "~exists (not (x=1)) @ ~exists (not ([x]=1))",
                "forall (x=1 => x=2) @ forall ([x]=1 => [x]=2)",
                "exists (x!=1) @ exists (not ([x]=1))",
                "exists (a[1]=2 /\\ a={1,2}) @ exists (a[1]=2 /\\ a={1,2})",
                "exists (x == -1) @ exists ([x]=-1)",
                "exists (0:r2 = [x]) @ exists (0:r2=[x])",
                "forall (true) @ forall (true)",
            })
    void condition_asHerdWritesIt(String given, String written) {
        assertThat(withCondition(given).condition().text()).isEqualTo(written);
    }

    @Test
    void condition_missing_isTrue() {
        assertThat(withCondition("").condition().quantifier()).isEqualTo(Quantifier.FORALL);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "AArch64 t @ line 1, column 1: expected 'BPF' and a name, found 'AArch64'",
                "BPF t\\n{ x=1 @ line 2, column 1: an initial state without its '}'",
                "BPF t\\n{ 0:r11=1; } @ line 2, column 5: expected a register, r0 to r10 or fp, found 'r11'",
                "BPF t\\n{ foo x; }\\n P0 ; @ line 2, column 3: no type 'foo' is known",
                "BPF t\\n{ x=1; x=2; }\\n P0 ; @ line 2, column 8: 'x' is set twice",
                "BPF t\\n{ }\\n P0 | P1 ;\\n r1 = 1 ; @ line 4, column 2: the row has 1 cells for 2 threads",
                "BPF t\\n{ }\\n P0 ;\\n r1 = call ; @ line 4, column 7: found 'call', expected",
                "BPF t\\n{ }\\n P0 ;\\n call 1 ; @ line 4, column 2: calls of the host have no meaning in a test",
                "BPF t\\n{ }\\n P0 ;\\n r1 = 1 ;\\nexists (1:r1=1) @ line 5, column 9: there is no thread P1",
                "BPF t\\n{ }\\n P0 ;\\n r1 = 1 ;\\nexists (x=1 @ line 5, column 12: expected ')', found the end",
                "BPF t\\n{ 3:r1=1; }\\n P0 ;\\n r1 = 1 ; @ the initial state sets a register of P3",
                "BPF t\\n{ }\\n (* open @ a comment without its end",
            })
    void error_saysWhere(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining(message);
    }

    @Test
    void limits_areSaid() {
        String rows = " r1 = 1 ;\n".repeat(10_000);
        assertThatThrownBy(() -> parse("BPF t\n{ }\n P0 ;\n" + rows)).hasMessageContaining("more than 512 lines");
        StringBuilder many = new StringBuilder();
        for (int t = 0; t < 64; t++) {
            many.append(t == 0 ? " " : " | ").append("P").append(t);
        }
        assertThatThrownBy(() -> parse("BPF t\n{ }\n" + many + " ;\n"))
                .hasMessageContaining("64 threads, and 32 are the most");
        assertThatThrownBy(() -> withCondition("exists " + "(".repeat(100_000))).hasMessageContaining("more than 500");
        assertThatThrownBy(() -> parse("BPF t\n{" + "x;".repeat(1_000_000) + "}"))
                .hasMessageContaining("characters");
    }

    @Test
    void model_includesItself_isALimit() {
        assertThatThrownBy(() -> LitmusModel.of("a.cat", "include \"a.cat\"", name -> "include \"a.cat\""))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining("more than 16 files that include each other");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            quoteCharacter = '`',
            value = {
                "acyclic foo @ line 1, column 9: no 'foo' is known",
                "acyclic R @ line 1, column 1: a relation is needed, and this is a set",
                "let f(x) = f(x)\\nempty f(0) @ more than 100 calls",
                "acyclic po | @ expected an expression, found",
                "let rec r = ~r\\nempty r @ may also get less",
                "enum x = y @ 'enum' is not understood here",
            })
    void model_error_saysWhere(String text, String message) {
        assertThatThrownBy(() -> LitmusModel.of("", text.replace("\\n", "\n"), name -> name))
                .isInstanceOf(LitmusException.class)
                .hasMessageContaining(message);
    }
}
