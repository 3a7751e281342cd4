package dev.ring3.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.CodeSection;
import dev.ring3.bpf.object.LinkOptions;
import dev.ring3.bpf.object.ObjectException;
import org.junit.jupiter.api.AfterAll;

class ObjectFuzzTest {
    @AfterAll
    static void search_sawTheCodeUnderTest() throws ReflectiveOperationException {
        Coverage.requireSeen();
    }

    @FuzzTest
    void readAndLink(byte[] file) {
        BpfObjectFile object;
        try {
            object = BpfObjectFile.parse(file);
        } catch (ObjectException malformed) {
            return;
        }
        for (CodeSection section : object.codeSections()) {
            try {
                section.code();
            } catch (ObjectException malformed) {
                // The other sections may still be whole.
            }
        }
        try {
            object.link(LinkOptions.none());
        } catch (ObjectException refused) {
            // Documented: malformed, or more than this host has.
        }
        try {
            object.link(LinkOptions.none().withTarget(object.btf().orElseThrow(() -> refusal())));
        } catch (ObjectException refused) {
            // As above, against its own types.
        }
    }

    private static ObjectException refusal() {
        return ObjectException.general("no types");
    }
}
