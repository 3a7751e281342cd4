package dev.ring3.linux;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A line of {@code /proc/self/mountinfo} ({@code Documentation/filesystems/proc.rst}, section 3.5): {@code id parent
 * major:minor root point options [tag...] - type source super-options}. Space, tab, newline, backslash and hash are
 * written in octal.
 */
final class MountinfoLine {
    private MountinfoLine() {}

    /** @throws IllegalArgumentException if it is no such line */
    static Mount parse(String line) {
        List<String> words = Arrays.asList(line.split(" ", -1));
        int separator = words.indexOf("-");
        if (separator < 6 || words.size() < separator + 4) {
            throw new IllegalArgumentException("no line of mountinfo: " + line);
        }
        String[] device = words.get(2).split(":", 2);
        Set<String> options = new HashSet<>(Arrays.asList(words.get(5).split(",")));
        String type = unescape(words.get(separator + 1));
        int dot = type.indexOf('.'); // fuse.sshfs
        return new Mount(
                Integer.parseInt(words.get(0)),
                Integer.parseInt(words.get(1)),
                OptionalLong.empty(),
                OptionalLong.empty(),
                new DeviceNumber(Integer.parseInt(device[0]), Integer.parseInt(device[1])),
                Optional.of(unescape(words.get(3))),
                Optional.of(unescape(words.get(4))),
                Optional.of(dot < 0 ? type : type.substring(0, dot)),
                dot < 0 ? Optional.empty() : Optional.of(type.substring(dot + 1)),
                Optional.of(unescape(words.get(separator + 2))),
                Optional.of(unescape(words.get(separator + 3))),
                MountAttribute.ofWords(options),
                propagation(words.subList(6, separator)));
    }

    private static Propagation propagation(List<String> tags) {
        boolean shared = tags.stream().anyMatch(tag -> tag.startsWith("shared:"));
        boolean slave = tags.stream().anyMatch(tag -> tag.startsWith("master:"));
        if (shared) {
            return slave ? Propagation.SHARED_SLAVE : Propagation.SHARED;
        }
        if (slave) {
            return Propagation.SLAVE;
        }
        return tags.contains("unbindable") ? Propagation.UNBINDABLE : Propagation.PRIVATE;
    }

    private static String unescape(String word) {
        if (word.indexOf('\\') < 0) {
            return word;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) == '\\' && i + 4 <= word.length()) {
                text.append((char) Integer.parseInt(word, i + 1, i + 4, 8));
                i += 3;
            } else {
                text.append(word.charAt(i));
            }
        }
        return text.toString();
    }
}
