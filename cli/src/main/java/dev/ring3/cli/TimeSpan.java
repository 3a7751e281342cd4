package dev.ring3.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Spans of time as people write them: {@code 90s}, {@code 15m}, {@code 1h}, {@code 1d}, {@code 1w}. */
final class TimeSpan implements ITypeConverter<TimeSpan.Seconds> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})([smhdw])");
    private static final String UNITS = "smhdw";
    private static final long[] SECONDS = {1, 60, 3600, 86_400, 604_800};

    /** A span. */
    record Seconds(long seconds) {}

    @Override
    public Seconds convert(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new TypeConversionException("'%s' is no span of time: 15m, 1h, 1d, 1w".formatted(text));
        }
        return new Seconds(Long.parseLong(form.group(1)) * SECONDS[UNITS.indexOf(form.group(2))]);
    }

    /** A span in the largest unit that leaves nothing over. */
    static String text(long seconds) {
        int unit = UNITS.length() - 1;
        while (seconds % SECONDS[unit] != 0) {
            unit--;
        }
        return seconds / SECONDS[unit] + UNITS.substring(unit, unit + 1);
    }
}
