package dev.ring3.bpf;

import dev.ring3.bpf.engine.HostCalls;
import dev.ring3.bpf.map.HelperErrors;
import dev.ring3.bpf.memory.BpfBytes;
import dev.ring3.bpf.memory.BpfMemory;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A text with places for numbers, as the kernel's BPF has it ({@code bpf_bprintf_prepare} in {@code kernel/bpf/helpers.c},
 * {@code bstr_printf} in {@code lib/vsprintf.c}): {@code %d %i %u %x %X} with {@code l} or {@code ll}, {@code %c},
 * {@code %s %pks %pus}, {@code %p %px %pK %ps %pS %pB}, {@code %pI4 %pi4 %pI6 %pi6}, {@code %%}, and before the letter of
 * any {@code 0 + -}, blanks and a width. {@link #prepare} reads everything; if the text is wrong nothing is written.
 *
 * <p>{@code %p} and {@code %pK} write another number, the same for each address; there are no symbols, so {@code %ps},
 * {@code %pS} and {@code %pB} write addresses.
 */
final class TextFormat {
    /** Bytes for what is to be written, texts among it; the kernel's {@code MAX_BPRINTF_BIN_ARGS}. */
    private static final int PREPARED_BYTES_MAX = 512;

    private static final int ADDRESS_DIGITS = 16;
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /** What nobody knows who sees what stands for addresses. */
    private static final long SECRET = ThreadLocalRandom.current().nextLong();

    /** Something to write, each character a byte; what is longer than its text is filled with blanks or zeros. */
    private record Piece(String text, int width, boolean left, boolean zeros) {
        static Piece of(String text) {
            return new Piece(text, 0, true, false);
        }
    }

    /** What stands between the percent sign and the letter. */
    private record Options(boolean left, boolean plus, boolean blank, boolean zeros, int width) {
        Piece aligned(String text) {
            return new Piece(text, width, left, false);
        }
    }

    private final byte[] format;
    private final long[] numbers;
    private final List<Piece> pieces = new ArrayList<>();
    private int at; // the next character of the format
    private int number; // the next number
    private int prepared; // bytes of what is to be written
    private int error;

    /**
     * A text.
     *
     * @param format without the zero byte at its end
     */
    TextFormat(byte[] format, long[] numbers) {
        this.format = format;
        this.numbers = numbers;
    }

    private int character(int index) {
        return index < format.length ? format[index] & 0xff : 0;
    }

    /** Reads the format, and the texts that it asks for; 0 or a negative errno. */
    int prepare(HostCalls call) {
        boolean skipsText = false; // letters and digits behind %p and what belongs to it are left out
        while (at < format.length && error == 0) {
            int character = character(at);
            if (!isPrintable(character)) {
                return HelperErrors.EINVAL;
            }
            if (character == '%' && character(at + 1) != '%') {
                at++;
                skipsText = place(call);
                continue;
            }
            skipsText = skipsText && isLetterOrDigit(character);
            if (!skipsText) {
                pieces.add(Piece.of(String.valueOf((char) character)));
            }
            at += character == '%' ? 2 : 1;
        }
        return error;
    }

    private static boolean isPrintable(int character) {
        return (character >= ' ' && character <= '~') || (character >= '\t' && character <= '\r') || character >= 0x80;
    }

    /** As the kernel's tables have it, which take bytes beyond ASCII for Latin 1. */
    private static boolean isLetterOrDigit(int character) {
        return character < 0x80
                ? Character.isLetterOrDigit(character)
                : character >= 0xc0 && character != 0xd7 && character != 0xf7;
    }

    /** Whether a character is the end, a blank or a punctuation mark. */
    private static boolean isEnd(int character) {
        boolean isControl = character >= 0x80 && character < 0xa0;
        return character == 0 || (isPrintable(character) && !isLetterOrDigit(character) && !isControl);
    }

    private boolean fail(int code) {
        error = code;
        return false;
    }

    /** One place for a number; whether letters and digits behind it are left out. */
    private boolean place(HostCalls call) {
        if (number == numbers.length) {
            return fail(HelperErrors.EINVAL);
        }
        Options options = options();
        return switch (character(at)) {
            case 'p' -> pointer(call, options);
            case 's' -> {
                at++;
                yield isEnd(character(at)) ? text(call, options) : fail(HelperErrors.EINVAL);
            }
            case 'c' -> {
                at++;
                if (reserve(1)) {
                    pieces.add(options.aligned(String.valueOf((char) (numbers[number++] & 0xff))));
                }
                yield false;
            }
            default -> integer(options);
        };
    }

    private Options options() {
        boolean left = false;
        boolean plus = false;
        boolean blank = false;
        boolean zeros = false;
        while (character(at) == '0' || character(at) == '+' || character(at) == '-' || character(at) == ' ') {
            left |= character(at) == '-';
            plus |= character(at) == '+';
            blank |= character(at) == ' ';
            zeros |= character(at) == '0';
            at++;
        }
        long width = 0;
        while (Character.isDigit(character(at)) && character(at) < 0x80) {
            width = Math.min(width * 10 + character(at) - '0', (1 << 23) - 1); // the kernel's FIELD_WIDTH_MAX
            at++;
        }
        return new Options(left, plus, blank, zeros, (int) width);
    }

    /** Takes room for something of a size; of one or two words also what comes before it is a multiple of a word. */
    private boolean reserve(int bytes) {
        int start = bytes == 1 ? prepared : (prepared + Integer.BYTES - 1) & -Integer.BYTES;
        if (PREPARED_BYTES_MAX - start < bytes) {
            return fail(HelperErrors.ENOSPC);
        }
        prepared = start + bytes;
        return true;
    }

    private boolean integer(Options options) {
        boolean wide = character(at) == 'l';
        at += wide ? 1 : 0;
        at += character(at) == 'l' ? 1 : 0;
        int letter = character(at++);
        if ("diuxX".indexOf(letter) < 0) {
            return fail(HelperErrors.EINVAL);
        }
        if (!reserve(wide ? Long.BYTES : Integer.BYTES)) {
            return false;
        }
        long value = numbers[number++];
        boolean signed = letter == 'd' || letter == 'i';
        long shown = wide ? value : signed ? (int) value : Integer.toUnsignedLong((int) value);
        String digits = switch (letter) {
            case 'x' -> Long.toHexString(shown);
            case 'X' -> Long.toHexString(shown).toUpperCase(Locale.ROOT);
            case 'u' -> Long.toUnsignedString(shown);
            default -> Long.toString(shown);
        };
        String sign = !signed || shown < 0 ? "" : options.plus() ? "+" : options.blank() ? " " : "";
        add(sign + digits, options, options.width());
        return false;
    }

    private void add(String text, Options options, int width) {
        pieces.add(new Piece(text, width, options.left(), options.zeros() && !options.left()));
    }

    private boolean pointer(HostCalls call, Options options) {
        at++;
        int kind = character(at);
        if ((kind == 'k' || kind == 'u') && character(at + 1) == 's') {
            at += 2;
            return isEnd(character(at)) ? text(call, null) : fail(HelperErrors.EINVAL);
        }
        if (kind == 'B') {
            at++;
            String text = "0x" + Long.toHexString(numbers[number++]);
            prepared = Math.min(PREPARED_BYTES_MAX, prepared + text.length() + 1);
            pieces.add(Piece.of(text));
            return true;
        }
        if (kind == 'i' || kind == 'I') {
            return address(call, kind);
        }
        boolean named = kind == 'K' || kind == 'x' || kind == 's' || kind == 'S';
        if (!named && !isEnd(kind)) {
            return fail(HelperErrors.EINVAL);
        }
        at += named ? 1 : 0;
        if (!reserve(Long.BYTES)) {
            return false;
        }
        long value = numbers[number++];
        if (kind == 's' || kind == 'S') {
            pieces.add(options.aligned("0x" + Long.toHexString(value)));
        } else {
            boolean plain = kind == 'x' || value == 0;
            String digits = Long.toHexString(plain ? value : Integer.toUnsignedLong(BpfBytes.hash(value, SECRET)));
            Options shown =
                    options.width() == 0 ? new Options(options.left(), false, false, true, ADDRESS_DIGITS) : options;
            add(digits, shown, shown.width());
        }
        return true;
    }

    private boolean address(HostCalls call, int kind) {
        int version = character(at + 1);
        if (version != '4' && version != '6') {
            return fail(HelperErrors.EINVAL);
        }
        at += 2;
        int bytes = version == '4' ? IPV4_BYTES : IPV6_BYTES;
        if (PREPARED_BYTES_MAX - prepared < bytes) {
            return fail(HelperErrors.ENOSPC);
        }
        byte[] address = new byte[bytes];
        long from = numbers[number++];
        if (call.mayRead(from, bytes)) {
            address = BpfMemory.SEGMENT.asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE);
        }
        String text = version == '4' ? ipv4(address, kind == 'i') : ipv6(address, kind == 'I');
        int room = PREPARED_BYTES_MAX - prepared;
        prepared = Math.min(PREPARED_BYTES_MAX, prepared + text.length() + 1);
        pieces.add(Piece.of(text.length() < room ? text : text.substring(0, room - 1)));
        return true;
    }

    private static String ipv4(byte[] address, boolean withZeros) {
        StringBuilder text = new StringBuilder();
        for (byte part : address) {
            text.append(text.isEmpty() ? "" : ".").append((withZeros ? "%03d" : "%d").formatted(part & 0xff));
        }
        return text.toString();
    }

    private static String ipv6(byte[] address, boolean withColons) {
        String digits = HexFormat.of().formatHex(address);
        return withColons ? digits.replaceAll("(....)(?!$)", "$1:") : digits;
    }

    /** A text in memory; without options it is written as it is. */
    private boolean text(HostCalls call, @Nullable Options options) {
        int room = PREPARED_BYTES_MAX - prepared;
        if (room == 0) {
            return fail(HelperErrors.ENOSPC);
        }
        long from = numbers[number++];
        byte[] text = new byte[room];
        int length = 0;
        while (true) {
            if (!call.mayRead(from + length, 1)) {
                length = 0; // all or nothing
                prepared++;
                break;
            }
            byte next = length == room - 1 ? 0 : BpfMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, from + length);
            if (next == 0) {
                prepared += length + 1;
                break;
            }
            text[length++] = next;
        }
        String whole = new String(text, 0, length, StandardCharsets.ISO_8859_1);
        pieces.add(options == null ? Piece.of(whole) : options.aligned(whole));
        return options == null;
    }

    /**
     * Writes what was prepared, as far as there is room.
     *
     * @return the length of all of it
     */
    long write(long room, IntConsumer output) {
        long length = 0;
        for (Piece piece : pieces) {
            int padding = Math.max(0, piece.width() - piece.text().length());
            int sign = piece.zeros()
                            && piece.text().length() > 0
                            && isSign(piece.text().charAt(0))
                    ? 1
                    : 0;
            for (int i = 0; i < piece.text().length() + padding && length + i < room; i++) {
                output.accept(characterAt(piece, padding, sign, i));
            }
            length += piece.text().length() + padding;
        }
        return length;
    }

    private static boolean isSign(char character) {
        return character == '-' || character == '+' || character == ' ';
    }

    private static int characterAt(Piece piece, int padding, int sign, int index) {
        String text = piece.text();
        if (piece.left()) {
            return index < text.length() ? text.charAt(index) : ' ';
        }
        if (index < sign) {
            return text.charAt(index);
        }
        return index < padding + sign ? (piece.zeros() ? '0' : ' ') : text.charAt(index - padding);
    }
}
