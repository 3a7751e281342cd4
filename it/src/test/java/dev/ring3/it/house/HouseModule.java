package dev.ring3.it.house;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A module as its compiled descriptor tells it.
 *
 * @param nullMarked whether jspecify's annotation stands on the descriptor
 */
record HouseModule(ModuleDescriptor descriptor, boolean nullMarked) {
    private static final String NULL_MARKED = "Lorg/jspecify/annotations/NullMarked;";

    String name() {
        return descriptor.name();
    }

    /** @param classes the folder that holds {@code module-info.class} */
    static HouseModule read(Path classes) {
        Path file = classes.resolve("module-info.class");
        try (InputStream in = Files.newInputStream(file)) {
            boolean nullMarked = ClassFile.of()
                    .parse(file)
                    .findAttribute(Attributes.runtimeVisibleAnnotations())
                    .map(annotations -> annotations.annotations().stream()
                            .anyMatch(annotation -> annotation.className().equalsString(NULL_MARKED)))
                    .orElse(false);
            return new HouseModule(ModuleDescriptor.read(in), nullMarked);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
