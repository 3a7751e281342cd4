package dev.ring3.cli;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A file of settings of {@code ring3 serve}: lines such as {@code http = 127.0.0.1:8033}, named as the options are, in the
 * form of {@link Properties}. It is read before the command line is, which it yields to, as it does to variables.
 *
 * @param name of the file, empty if there is none
 */
record ConfigFile(String name, Map<String, String> settings) {
    static final ConfigFile NONE = new ConfigFile("", Map.of());

    private static final String COMMAND = "serve";
    private static final String OPTION = "--config";
    private static final String VARIABLE = "RING3_SERVE_CONFIG";

    ConfigFile {
        settings = Map.copyOf(settings);
    }

    /** The file that a command line, or a variable, names. */
    static ConfigFile of(List<String> arguments, Map<String, String> environment) {
        if (!arguments.contains(COMMAND)) {
            return NONE;
        }
        return named(arguments)
                .or(() -> Optional.ofNullable(environment.get(VARIABLE)).filter(text -> !text.isEmpty()))
                .map(ConfigFile::read)
                .orElse(NONE);
    }

    private static Optional<String> named(List<String> arguments) {
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            if (word.startsWith(OPTION + "=")) {
                return Optional.of(word.substring(OPTION.length() + 1));
            }
            if (word.equals(OPTION) && i + 1 < arguments.size()) {
                return Optional.of(arguments.get(i + 1));
            }
        }
        return Optional.empty();
    }

    private static ConfigFile read(String name) {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(Path.of(name))) {
            properties.load(reader);
        } catch (IOException e) {
            throw CommandFiles.failure("read", name, e);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("the settings in %s cannot be read: %s".formatted(name, e.getMessage()));
        }
        Map<String, String> settings = new TreeMap<>();
        properties
                .stringPropertyNames()
                .forEach(key -> settings.put(key, properties.getProperty(key).strip()));
        return new ConfigFile(name, settings);
    }

    /** Fails if it sets what there is not. */
    void requireOptions(List<String> known) {
        settings.keySet().stream()
                .filter(key -> !known.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw CommandException.usage(
                            "%s sets \"%s\"; there are %s".formatted(name, key, String.join(", ", known)));
                });
    }
}
