package dev.ring3.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes as people write them: {@code 4096}, {@code 64K}, {@code 1.5G}; K is 1,024. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern FORM =
            Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([KMGTP]?)(?:i?B)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "KMGTP";
    private static final int UNIT = 1024;

    @Override
    public Long convert(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException("'%s' is no size: 4096, 64K, 1.5G".formatted(text));
        }
        String unit = form.group(2).toUpperCase(Locale.ROOT);
        double bytes = Double.parseDouble(form.group(1)) * Math.pow(UNIT, unit.isEmpty() ? 0 : UNITS.indexOf(unit) + 1);
        if (bytes < 1 || bytes >= Long.MAX_VALUE) {
            throw new TypeConversionException("'%s' is no size from 1 byte to 2^63".formatted(text));
        }
        return Math.round(bytes);
    }

    /** A size for people: three digits and a unit. */
    static String text(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.length()) {
            value /= UNIT;
            unit++;
        }
        String digits = value < 10 && unit > 0 ? "%.1f" : "%.0f";
        String name = unit == 0 ? "bytes" : UNITS.charAt(unit - 1) + "iB";
        return (digits + " %s").formatted(value, name);
    }
}
