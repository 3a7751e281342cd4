package dev.ring3.it.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The programs on which Linux and Ring3 do not agree, each with the reason: {@code kernel-differences.txt}. */
record KernelDifferences(Map<String, String> reasons) {
    private static final String SEPARATOR = ": ";

    static KernelDifferences read() throws IOException {
        Map<String, String> reasons = new LinkedHashMap<>();
        Path file = CorpusFile.folder().resolve("kernel-differences.txt");
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int separator = line.indexOf(SEPARATOR);
            String reason = separator < 0
                    ? ""
                    : line.substring(separator + SEPARATOR.length()).strip();
            if (reason.isEmpty() || reasons.put(line.substring(0, separator), reason) != null) {
                throw new IllegalStateException("%s: no reason, or the second: %s".formatted(file, line));
            }
        }
        return new KernelDifferences(reasons);
    }

    /**
     * Where the list is wrong, a line each.
     *
     * @param found the programs on which both do not agree, with what they say
     * @param looked the names of all programs that were compared
     */
    List<String> mistakes(Map<String, String> found, List<String> looked) {
        List<String> mistakes = new ArrayList<>();
        found.forEach((name, verdicts) -> {
            if (!reasons.containsKey(name)) {
                mistakes.add("not listed: %s: %s".formatted(name, verdicts));
            }
        });
        reasons.keySet().forEach(name -> {
            if (!looked.contains(name)) {
                mistakes.add("no such program: " + name);
            } else if (!found.containsKey(name)) {
                mistakes.add("listed, but both agree: " + name);
            }
        });
        return mistakes;
    }
}
