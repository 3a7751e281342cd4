package dev.ring3.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfException;
import org.junit.jupiter.api.AfterAll;

class BtfFuzzTest {
    @AfterAll
    static void search_sawTheCodeUnderTest() throws ReflectiveOperationException {
        Coverage.requireSeen();
    }

    @FuzzTest
    void parse(byte[] section) {
        Btf btf;
        try {
            btf = Btf.parse(section);
        } catch (BtfException malformed) {
            return;
        }
        for (int id = 0; id < btf.typeCount(); id++) {
            try {
                btf.type(id);
                btf.sizeBytes(id);
            } catch (BtfException malformed) {
                // Documented: a type without a size, or one that contains itself.
            }
        }
    }
}
