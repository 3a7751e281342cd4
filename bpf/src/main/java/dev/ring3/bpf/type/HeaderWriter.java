package dev.ring3.bpf.type;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a C header for authors of programs: what their program is called with and what it may call. The header needs no
 * other, and gets on with {@code linux/bpf.h}, {@code vmlinux.h} and {@code bpf/bpf_helpers.h} where they are included
 * before it. Not for several threads.
 *
 * <pre>{@code
 * String header = new HeaderWriter("LIMIT_H", "Programs that limit requests.")
 *         .constant("LIMIT_OK", 0, "the request may pass")
 *         .struct(requestType, Map.of("uid", "who asks"))
 *         .helper(5, contract)
 *         .text();
 * }</pre>
 */
public final class HeaderWriter {
    private static final Pattern STRUCT_NAME = Pattern.compile("struct (\\w+)");

    private static final int COLUMNS = 100;

    private final String guard;
    private final String about;
    private final StringBuilder structs = new StringBuilder();
    private final StringBuilder constants = new StringBuilder();
    private final StringBuilder helpers = new StringBuilder();
    private final StringBuilder externals = new StringBuilder();
    private final Set<String> written = new HashSet<>();

    /**
     * A header without content.
     *
     * @param guard the macro that keeps it from being included twice
     * @param about what it is for
     */
    public HeaderWriter(String guard, String about) {
        this.guard = guard;
        this.about = about;
    }

    /** Adds a number with a name. */
    public HeaderWriter constant(String name, long value, String comment) {
        String end = value == (int) value ? "" : "LL";
        constants.append("#define %s %d%s /* %s */\n".formatted(name, value, end, comment));
        return this;
    }

    /** Adds a line before the next constant. */
    public HeaderWriter title(String comment) {
        constants.append("\n/* %s */\n".formatted(comment));
        return this;
    }

    /**
     * Adds a structure, and those that it leads to. What is of no name in it is padding.
     *
     * @param comments what fields hold, by name
     * @throws IllegalArgumentException if C cannot express it
     */
    public HeaderWriter struct(StructType type, Map<String, String> comments) {
        if (!written.add(type.name())) {
            return this;
        }
        List<HeaderMember> members = HeaderMember.of(type);
        for (HeaderMember member : members) {
            member.target().ifPresent(target -> struct(target, Map.of()));
        }
        if (members.isEmpty()) {
            structs.append("struct %s;\n\n".formatted(type.name())); // C has no struct without members
            return this;
        }
        structs.append("struct %s {\n".formatted(type.name()));
        for (HeaderMember member : members) {
            String comment = comments.get(member.name());
            if (comment != null) {
                appendComment(structs, "    ", comment);
            }
            structs.append("    %s; /* at %d */\n".formatted(declaration(member), member.offsetBytes()));
        }
        structs.append("}; /* %d bytes */\n\n".formatted(type.sizeBytes()));
        return this;
    }

    /** Adds a function that programs call by number. */
    public HeaderWriter helper(int number, FunctionContract contract) {
        forward(contract);
        helpers.append(HeaderSignatures.helper(number, contract)).append('\n');
        return this;
    }

    /** Adds a function that programs call by name. */
    public HeaderWriter external(FunctionContract contract, String comment) {
        String declaration = HeaderSignatures.external(contract);
        forward(contract);
        STRUCT_NAME.matcher(declaration).results().forEach(match -> forward(match.group(1)));
        appendComment(externals, "", comment);
        externals.append(declaration).append("\n\n");
        return this;
    }

    /** Adds lines of C behind everything else. */
    public HeaderWriter lines(String text) {
        externals.append(text);
        return this;
    }

    /** Structures that a function's declaration names. */
    private void forward(FunctionContract contract) {
        for (Argument argument : contract.arguments()) {
            forward(argument.type());
        }
        forward(contract.result().type());
    }

    private void forward(@Nullable StructType type) {
        if (type != null) {
            forward(type.name());
        }
    }

    private void forward(String name) {
        if (written.add(name)) {
            structs.append("struct %s;\n\n".formatted(name));
        }
    }

    private static String declaration(HeaderMember member) {
        String name = member.array() ? "%s[%d]".formatted(member.name(), member.count()) : member.name();
        if (member.isAddress()) {
            String target = member.target().map(type -> "struct " + type.name()).orElse("void");
            return target + " *" + name;
        }
        return "__u%d %s".formatted(member.sizeBytes() * Byte.SIZE, name);
    }

    private static void appendComment(StringBuilder to, String indent, String comment) {
        StringBuilder line = new StringBuilder(indent).append("/*");
        for (String word : comment.split(" ", -1)) {
            if (line.length() + 1 + word.length() > COLUMNS) {
                to.append(line).append('\n');
                line.setLength(0);
                line.append(indent).append(" *");
            }
            line.append(' ').append(word);
        }
        to.append(line).append(" */\n");
    }

    /** The header. */
    public String text() {
        StringBuilder text = new StringBuilder();
        appendComment(text, "", about);
        text.append("#ifndef %s\n#define %s\n\n".formatted(guard, guard));
        text.append(HeaderPrelude.TYPES);
        text.append(constants).append('\n');
        text.append(HeaderPrelude.RECORDS_BEGIN).append(structs).append(HeaderPrelude.RECORDS_END);
        text.append(HeaderPrelude.HELPERS_BEGIN).append(helpers).append(HeaderPrelude.HELPERS_END);
        text.append(externals);
        return text.append("#endif\n").toString();
    }
}
