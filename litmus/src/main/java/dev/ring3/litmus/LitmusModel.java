package dev.ring3.litmus;

import dev.ring3.litmus.cat.Model;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** A memory model: Ring3's own, or a text in the cat language. */
public final class LitmusModel {
    private static final String DEFAULT = "ring3-bpf.cat";

    private final Model compiled;
    private final boolean ordersAfterJumps;

    private LitmusModel(Model compiled, boolean ordersAfterJumps) {
        this.compiled = compiled;
        this.ordersAfterJumps = ordersAfterJumps;
    }

    /** Ring3's model of BPF memory. */
    public static LitmusModel standard() {
        return new LitmusModel(Model.of(DEFAULT, standardText(), LitmusModel::noLibrary), true);
    }

    /** The text of {@link #standard}. */
    public static String standardText() {
        try (InputStream in = LitmusModel.class.getResourceAsStream(DEFAULT)) {
            if (in == null) {
                throw new IllegalStateException("the model is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A model of the user's.
     *
     * @param library gives the text of a file that the model includes, or throws {@link IllegalArgumentException}; the
     *     language's own library and what generates coherence orders are built in
     * @throws LitmusException with line and column, if it is not understood
     */
    public static LitmusModel of(String file, String text, UnaryOperator<String> library) {
        return new LitmusModel(Model.of(file, text, library), false);
    }

    private static String noLibrary(String file) {
        throw new IllegalArgumentException("no file '%s'".formatted(file));
    }

    /** What the model calls itself. */
    public String title() {
        return compiled.title();
    }

    Model compiled() {
        return compiled;
    }

    /** Whether no write comes before a read that a conditional jump before it depends on; known of our own model only. */
    boolean ordersAfterJumps() {
        return ordersAfterJumps;
    }
}
