package dev.ring3.bpf.asm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ring3.bpf.insn.AluOp;
import dev.ring3.bpf.insn.Insn;
import dev.ring3.bpf.insn.WideSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomCodeTest {
    private static final int INSNS = 10_000;

    @Test
    void insns_many_areOfEveryType() {
        RandomCode random = new RandomCode(1);
        Set<Class<?>> types = new HashSet<>();
        Set<AluOp> ops = EnumSet.noneOf(AluOp.class);
        Set<WideSource> sources = EnumSet.noneOf(WideSource.class);
        for (int i = 0; i < INSNS; i++) {
            Insn insn = random.insn();
            types.add(insn.getClass());
            switch (insn) {
                case Insn.Alu alu -> ops.add(alu.op());
                case Insn.LoadWide wide -> sources.add(wide.source());
                case Insn _ -> {}
            }
        }
        assertThat(types).containsExactlyInAnyOrder(Insn.class.getPermittedSubclasses());
        assertThat(ops).containsExactly(AluOp.values());
        assertThat(sources).containsExactly(WideSource.values());
    }

    @Test
    void program_ofOneSeed_isAlwaysTheSame() {
        assertThat(new RandomCode(7).program(50)).isEqualTo(new RandomCode(7).program(50));
        assertThat(new RandomCode(7).program(50)).isNotEqualTo(new RandomCode(8).program(50));
    }
}
