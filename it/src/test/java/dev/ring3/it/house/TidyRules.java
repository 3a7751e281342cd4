package dev.ring3.it.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a text file may look like. A rule takes one file and returns what is wrong with it, a line each. */
final class TidyRules {
    static final int MAIN_LINES_MAX = 400;

    /** Higher than for main code: a table of vectors is long without holding a second idea. */
    static final int TEST_LINES_MAX = 600;

    /** Written in two parts, because this file is looked at too. */
    private static final Pattern TASK_WITHOUT_NUMBER = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b(?![ (]*#?\\d)");

    private static final Pattern TAB = Pattern.compile("\t");

    /** Folders that exist on somebody's machine alone. */
    private static final Pattern MACHINE_PATH = Pattern.compile("(?<![\\w.$}/-])/(?:home|Users|root|work)/[\\w.]");

    /** Where packages are downloaded from is the user's setting, never ours. */
    private static final Pattern REGISTRY_HOST = Pattern.compile(
            "\\b(?:repo\\d?\\.maven|central\\.sonatype|oss\\.sonatype|registry\\.npmjs|registry\\.yarnpkg"
                    + "|(?:deb|security|ftp)\\.debian|archive\\.ubuntu|files\\.pythonhosted|proxy\\.golang)\\.");

    /** The target of a link in Markdown, without the fragment. */
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)[^)]*\\)");

    private TidyRules() {}

    static List<String> fileLength(SourceFile file) {
        int lines = file.lines().size();
        int max = file.isTest() ? TEST_LINES_MAX : MAIN_LINES_MAX;
        return file.isJava() && lines > max
                ? List.of("%s: %d lines, at most %d: which second idea is in it?".formatted(file.name(), lines, max))
                : List.of();
    }

    static List<String> tabs(SourceFile file) {
        boolean indentedBySpaces =
                file.isJava() || file.name().endsWith(".xml") || file.name().endsWith(".md");
        return indentedBySpaces ? find(file, TAB, "a tab") : List.of();
    }

    static List<String> tasksWithoutNumber(SourceFile file) {
        return find(file, TASK_WITHOUT_NUMBER, "a task without the number of its issue, unlike TODO(#12)");
    }

    static List<String> machinePaths(SourceFile file) {
        return find(file, MACHINE_PATH, "a path of one machine");
    }

    static List<String> registryHosts(SourceFile file) {
        return find(file, REGISTRY_HOST, "a host of a package registry");
    }

    /** Links of a document to files that are not there; those to the network are not followed. */
    static List<String> deadLinks(SourceFile file) {
        if (!file.name().endsWith(".md")) {
            return List.of();
        }
        Path document = Repository.root().resolve(file.name());
        return LINK.matcher(file.text())
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://") && !Files.exists(document.resolveSibling(target)))
                .map(target -> file.name() + ": a link to " + target + ", which is not there")
                .toList();
    }

    private static List<String> find(SourceFile file, Pattern pattern, String what) {
        List<String> findings = new ArrayList<>();
        List<String> lines = file.lines();
        for (int i = 0; i < lines.size(); i++) {
            if (pattern.matcher(lines.get(i)).find()) {
                findings.add("%s:%d: %s: %s"
                        .formatted(file.name(), i + 1, what, lines.get(i).strip()));
            }
        }
        return findings;
    }
}
