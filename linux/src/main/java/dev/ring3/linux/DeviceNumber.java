package dev.ring3.linux;

/** A device's numbers; {@code 259:1} in {@code /sys/dev/block}. */
public record DeviceNumber(int major, int minor) {
    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
