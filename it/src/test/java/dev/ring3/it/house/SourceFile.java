package dev.ring3.it.house;

import java.util.List;

/**
 * One text file of the project.
 *
 * @param name its path from the project's root
 */
record SourceFile(String name, String text) {
    boolean isJava() {
        return name.endsWith(".java");
    }

    boolean isTest() {
        return name.contains("/src/test/");
    }

    List<String> lines() {
        return text.lines().toList();
    }
}
