package dev.ring3.server.hook;

import dev.ring3.hooks.AttachmentInfo;
import dev.ring3.hooks.Hooks;
import dev.ring3.server.metrics.Instrument;
import dev.ring3.server.metrics.Instrument.Unit;
import java.util.List;
import java.util.Optional;

/** What is measured of attached programs, besides what {@code GET /api/v1/hooks} tells of each. */
public final class HookInstruments {
    private HookInstruments() {}

    /** Those of some hooks. */
    public static List<Instrument> of(Hooks hooks) {
        return List.of(
                Instrument.gauge(
                        "ring3_hooks_attached",
                        Unit.COUNT,
                        "Objects that are attached.",
                        () -> hooks.list().size()),
                Instrument.gauge(
                        "ring3_hooks_failed",
                        Unit.COUNT,
                        "Attached objects that failed and are not asked.",
                        () -> hooks.list().stream()
                                .map(AttachmentInfo::failure)
                                .filter(Optional::isPresent)
                                .count()),
                Instrument.counter(
                        "ring3_hook_records_total",
                        Unit.COUNT,
                        "Records that programs wrote for people.",
                        () -> hooks.audit().written()),
                Instrument.counter(
                        "ring3_hook_records_forgotten_total",
                        Unit.COUNT,
                        "Records that made room for others; who had not read them missed them.",
                        () -> hooks.audit().forgotten()));
    }
}
