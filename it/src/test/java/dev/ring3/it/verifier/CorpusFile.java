package dev.ring3.it.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A file of the corpus. Its programs are the functions below a line that is {@code SEC("...")} and nothing else. */
record CorpusFile(Path path, List<String> lines) {
    private static final Pattern SECTION = Pattern.compile("SEC\\(\"(.+)\"\\)");
    private static final Pattern FUNCTION = Pattern.compile("[\\w ]+?\\b(\\w+)\\(.*");

    /** The folder of the corpus; the build says where the project is. */
    static Path folder() {
        return Path.of(System.getProperty("ring3.root"), "it", "src", "test", "resources", "verifier");
    }

    /** All files, by name. */
    static List<CorpusFile> all() throws IOException {
        List<CorpusFile> files = new ArrayList<>();
        try (Stream<Path> entries = Files.list(folder())) {
            for (Path path : entries.filter(entry -> entry.toString().endsWith(".c"))
                    .sorted()
                    .toList()) {
                files.add(new CorpusFile(path, Files.readAllLines(path)));
            }
        }
        return files;
    }

    /** The programs of all files. */
    static List<CorpusProgram> allPrograms() throws IOException {
        return all().stream().flatMap(file -> file.programs().stream()).toList();
    }

    List<CorpusProgram> programs() {
        List<CorpusProgram> programs = new ArrayList<>();
        for (int line = 1; line < lines.size() - 1; line++) {
            Matcher section = SECTION.matcher(lines.get(line));
            if (section.matches()) {
                Matcher function = FUNCTION.matcher(lines.get(line + 1));
                if (!function.matches()) {
                    throw new IllegalStateException("%s:%d: no function".formatted(path, line + 2));
                }
                Expectation expectation = Expectation.parse(lines.get(line - 1));
                programs.add(new CorpusProgram(this, function.group(1), section.group(1), line, expectation));
            }
        }
        return programs;
    }

    /** The text with one program alone: the others become functions that nobody calls. */
    String textWithOnly(CorpusProgram program) {
        StringBuilder text = new StringBuilder();
        for (int line = 0; line < lines.size(); line++) {
            boolean other =
                    line != program.line() && SECTION.matcher(lines.get(line)).matches();
            text.append(other ? "__attribute__((unused)) static" : lines.get(line))
                    .append('\n');
        }
        return text.toString();
    }
}
