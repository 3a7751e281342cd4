package dev.ring3.fs.volume;

import java.util.List;

/**
 * What a repair found and left.
 *
 * @param before what was wrong
 * @param after what still is: data and records that nothing else tells
 */
public record RepairReport(List<VolumeFinding> before, List<VolumeFinding> after) {}
