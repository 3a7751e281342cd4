package dev.ring3.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.asm.Assembler;
import dev.ring3.bpf.asm.Dialect;
import java.util.List;
import org.junit.jupiter.api.Test;

class ControlGraphTest {
    /** Blocks as {@code start-end: edges}. */
    private static List<String> blocks(String source) {
        return ControlGraph.of(Assembler.assemble(source, Dialect.LLVM)).blocks().stream()
                .map(block -> "%d-%d:%s"
                        .formatted(
                                block.startSlot(),
                                block.endSlot(),
                                String.join(
                                        "",
                                        block.edges().stream()
                                                .map(edge -> " %s %d".formatted(edge.kind(), edge.toSlot()))
                                                .toList())))
                .toList();
    }

    @Test
    void straightCode_isOneBlock() {
        assertThat(blocks("r0 = 0x100000000 ll\nexit")).containsExactly("0-3:");
    }

    @Test
    void loop_leadsBack() {
        assertThat(blocks("r0 = 0\nl: r0 += 1\nif r0 < 9 goto l\nexit"))
                .containsExactly("0-1: GOES_ON 1", "1-3: GOES_ON 3 JUMPS 1", "3-4:");
    }

    @Test
    void call_doesNotEndABlock() {
        assertThat(blocks("call f\nr0 = 1\nexit\nf: r0 = 2\nexit")).containsExactly("0-3: CALLS 3", "3-5:");
    }

    @Test
    void jump_hasOneWay() {
        assertThat(blocks("goto l\nr0 = 1\nl: r0 = 2\nexit")).containsExactly("0-1: JUMPS 2", "1-2: GOES_ON 2", "2-4:");
    }
}
