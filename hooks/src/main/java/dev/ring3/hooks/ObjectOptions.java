package dev.ring3.hooks;

import dev.ring3.bpf.object.BpfObjectFile;
import dev.ring3.bpf.object.ObjectException;
import java.util.Optional;

/**
 * What an object wants to be: the words of its section {@value #SECTION} ({@code RING3_OPTIONS} of {@code ring3.h}).
 */
record ObjectOptions(boolean observeOnly, FailMode failMode) {
    static final String SECTION = "ring3.options";

    /**
     * Reads them.
     *
     * @throws ObjectException for a word that means nothing here
     */
    static ObjectOptions of(BpfObjectFile file) {
        boolean observeOnly = false;
        FailMode failMode = FailMode.OPEN;
        Optional<String> text = file.text(SECTION);
        for (String word : text.orElse("").split("[ ,]+", -1)) {
            switch (word) {
                case "" -> {}
                case "observe-only" -> observeOnly = true;
                case "fail-closed" -> failMode = FailMode.CLOSED;
                case "fail-open" -> failMode = FailMode.OPEN;
                default -> throw ObjectException.general("section %s: the word '%s'".formatted(SECTION, word));
            }
        }
        return new ObjectOptions(observeOnly, failMode);
    }
}
