package dev.ring3.fs.volume;

import dev.ring3.fs.NodeId;

/**
 * A part of a file that cannot be read any more: it is an error of input and output, never other data.
 *
 * @param path one path of the file from the root of the first subvolume; if it has none, its number and its subvolume's
 * @param lengthBytes not beyond the end of the file
 */
public record LostRange(String path, NodeId node, long offsetBytes, long lengthBytes) {
    @Override
    public String toString() {
        return "%s at offset %d, %d bytes".formatted(path, offsetBytes, lengthBytes);
    }
}
