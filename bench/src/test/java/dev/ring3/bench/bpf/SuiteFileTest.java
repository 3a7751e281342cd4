package dev.ring3.bench.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteFileTest {
    private static final String HASH = """
            # a comment
            tests:
              - name: Hash-table Map Update / Read
                description: Tests reading and writing.
                elf_file: hash.o
                map_state_preparation:
                  program: prepare
                  iteration_count: 1024
                iteration_count: 10000000
                program_cpu_assignment:
                  update: [0, 2]
                  read: remaining
            """;

    @Test
    void test_allItsMembers_areRead() throws SuiteFile.FormException, SuiteCase.UnfitException {
        SuiteCase test = SuiteFile.parse(HASH).tests().getFirst();
        assertThat(test.name()).isEqualTo("Hash-table Map Update / Read");
        assertThat(test.elfFile()).isEqualTo("hash.o");
        assertThat(test.preparation()).contains(new SuiteCase.Preparation("prepare", 1024));
        assertThat(test.iterations()).isEqualTo(10_000_000);
        assertThat(test.programType()).isEqualTo("xdp");
        assertThat(test.expected()).isZero();
        assertThat(test.programs(4))
                .isEqualTo(List.of(
                        Optional.of("update"), Optional.of("read"), Optional.of("update"), Optional.of("read")));
    }

    @Test
    void expectedResult_inHexadecimal_isTheSameNumber() throws SuiteFile.FormException {
        for (String minusOne : List.of("-1", "0xffffffff")) {
            String yaml = HASH + "    expected_result: " + minusOne + "\n";
            assertThat(SuiteFile.parse(yaml).tests().getFirst().expected()).isEqualTo(-1);
        }
    }

    @Test
    void assignments_laterOnes_win() throws SuiteFile.FormException, SuiteCase.UnfitException {
        String yaml = HASH.replace("update: [0, 2]", "update: all").replace("read: remaining", "read: 1");
        assertThat(SuiteFile.parse(yaml).tests().getFirst().programs(2))
                .isEqualTo(List.of(Optional.of("update"), Optional.of("read")));
        assertThat(SuiteFile.parse(HASH.replace("remaining", "unassigned")).tests())
                .as("the older word for it")
                .isEqualTo(SuiteFile.parse(HASH).tests());
    }

    @Test
    void assignment_aProcessorThatIsNotThere_isUnfit() throws SuiteFile.FormException {
        SuiteCase test = SuiteFile.parse(HASH).tests().getFirst();
        assertThatThrownBy(() -> test.programs(2))
                .isInstanceOf(SuiteCase.UnfitException.class)
                .hasMessage("processor 2 of 2");
    }

    @Test
    void members_thatAreNotKnown_areNamed() throws SuiteFile.FormException {
        assertThat(SuiteFile.parse(HASH.replace("description:", "decription:")).unknown())
                .containsExactly("decription");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tests:                             | others:                  | it has no list of tests
            elf_file: hash.o                   | elf_fil: hash.o          | elf_file is missing
            iteration_count: 10000000          | iteration_count: 0       | iteration_count is less than 1
            iteration_count: 10000000          | iteration_count: many    | iteration_count is 'many', and no number
            iteration_count: 1024              | count: 1                 | iteration_count is missing
            program: prepare                   | name: prepare            | program is missing
            update: [0, 2]                     | update: [-1]             | has processor '-1'
            update: [0, 2]                     | update: some             | has processor 'some'
            tests:                             | tests: [                 | expected
            """)
    void file_malformed_isRefusedAndSaysWhere(String found, String instead, String message) {
        assertThatThrownBy(() -> SuiteFile.parse(HASH.replace(found, instead)))
                .isInstanceOf(SuiteFile.FormException.class)
                .hasMessageContaining(message);
    }
}
