package dev.ring3.cli.suite;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one file; see {@link SuiteFile} for the format. */
final class SuiteFileParser {
    private enum Section {
        ASM,
        RAW,
        MEM,
        RESULT,
        ERROR,
        IGNORED
    }

    /** A word of a section, and the line that it stands in. */
    private record Word(int line, String text) {}

    private static final String DIRECTIVE = "--";
    private static final Pattern BYTE = Pattern.compile("[0-9a-fA-F]{2}");

    private final StringBuilder assembly = new StringBuilder();
    private final List<Word> raw = new ArrayList<>();
    private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
    private @Nullable Word result;
    private @Nullable String error;
    private boolean hasAssembly;

    SuiteFile parse(String text) throws SuiteFormatException {
        Section section = Section.IGNORED;
        int line = 0;
        for (String content : text.lines().toList()) {
            line++;
            int comment = content.indexOf('#');
            String code = (comment < 0 ? content : content.substring(0, comment)).stripTrailing();
            // Every line leaves one behind, so that the assembler's line numbers are the file's.
            assembly.append(section == Section.ASM && !isDirective(code) ? code : "")
                    .append('\n');
            if (isDirective(code)) {
                section = section(code.strip().substring(DIRECTIVE.length()).strip());
                error = section == Section.ERROR && error == null ? "" : error;
            } else if (!code.isBlank()) {
                add(section, line, code.strip());
            }
        }
        if (result == null && error == null) {
            throw SuiteFormatException.notATest("it says neither which result nor which error is expected");
        }
        if (raw.isEmpty() && !hasAssembly) {
            throw SuiteFormatException.notATest("it has no instructions");
        }
        return new SuiteFile(
                raw.isEmpty() ? Optional.empty() : Optional.of(bytecode()),
                assembly.toString(),
                memory.toByteArray(),
                result == null ? OptionalLong.empty() : OptionalLong.of(number(result)),
                Optional.ofNullable(error));
    }

    private static boolean isDirective(String line) {
        return line.strip().startsWith(DIRECTIVE);
    }

    private static Section section(String name) throws SuiteFormatException {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "asm" -> Section.ASM;
            case "raw" -> Section.RAW;
            case "mem" -> Section.MEM;
            case "result" -> Section.RESULT;
            case "error" -> Section.ERROR;
            case "c", "no register offset" -> Section.IGNORED;
            default -> throw SuiteFormatException.notATest("unknown directive '-- %s'".formatted(name));
        };
    }

    private void add(Section section, int line, String text) throws SuiteFormatException {
        switch (section) {
            case ASM -> hasAssembly = true;
            case RAW -> words(text).forEach(word -> raw.add(new Word(line, word)));
            case MEM -> {
                for (String word : words(text)) {
                    memory.write(oneByte(line, word));
                }
            }
            case RESULT -> result = new Word(line, text);
            case ERROR -> error = text;
            case IGNORED -> {}
        }
    }

    private static List<String> words(String text) {
        return List.of(text.split("\\s+"));
    }

    private static int oneByte(int line, String word) throws SuiteFormatException {
        String digits = withoutPrefix(word);
        try {
            int value = Integer.parseInt(digits, 16);
            if (value >= 0 && value <= 0xff) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw SuiteFormatException.malformed(line, "'%s' is no byte in hexadecimal".formatted(word));
    }

    /** Numbers of 64 bits, or, if all words have two digits, the bytes themselves. */
    private byte[] bytecode() throws SuiteFormatException {
        if (raw.stream().allMatch(word -> BYTE.matcher(word.text()).matches())) {
            ByteBuffer bytes = ByteBuffer.allocate(raw.size());
            for (Word word : raw) {
                bytes.put((byte) oneByte(word.line(), word.text()));
            }
            return bytes.array();
        }
        ByteBuffer words = ByteBuffer.allocate(raw.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Word word : raw) {
            words.putLong(number(word));
        }
        return words.array();
    }

    private static long number(Word word) throws SuiteFormatException {
        String text = word.text();
        String digits = withoutPrefix(text);
        try {
            return text.startsWith("-")
                    ? Long.parseLong(text)
                    : Long.parseUnsignedLong(digits, digits.equals(text) ? 10 : 16);
        } catch (NumberFormatException e) {
            throw SuiteFormatException.malformed(
                    word.line(), "'%s' is no number of 64 bits, such as 0x2a or 42".formatted(text));
        }
    }

    private static String withoutPrefix(String number) {
        return number.startsWith("0x") || number.startsWith("0X") ? number.substring(2) : number;
    }
}
