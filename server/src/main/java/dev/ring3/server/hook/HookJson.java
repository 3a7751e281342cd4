package dev.ring3.server.hook;

import dev.ring3.fs.Name;
import dev.ring3.fs.NodeId;
import dev.ring3.fs.SubvolumeId;
import dev.ring3.fs.volume.Volume;
import dev.ring3.hooks.AttachmentInfo;
import dev.ring3.hooks.AuditRecord;
import dev.ring3.hooks.HookMaps;
import dev.ring3.hooks.ProgramInfo;
import dev.ring3.hooks.ProgramListing;
import dev.ring3.hooks.Scope;
import dev.ring3.server.http.Shape;
import dev.ring3.server.json.Json;
import dev.ring3.server.json.JsonObject;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Attached objects, their maps and their records as JSON. */
final class HookJson {
    static final Shape.Members PROGRAM = Shape.object()
            .with("name", Shape.text("of its function"))
            .with("section", Shape.text("what it is asked about, such as fs/open"))
            .with("runs", Shape.whole("how often it ran"))
            .with(
                    "nanos",
                    Shape.whole("how long it ran in all; after the first sixteen runs estimated from every sixteenth"))
            .with("refusals", Shape.whole("how often it refused"))
            .with("invalidResults", Shape.whole("how many of these results were no errno, and became EPERM"));

    static final Shape.Members HOOK = Shape.object()
            .with("name", Shape.text("under which it is attached"))
            .with("scope", Shape.choice("what it is asked about", "server", "subvolume"))
            .maybe("subvolume", Shape.whole("the number of that subvolume, with all that lies in it"))
            .maybe("path", Shape.text("where that is"))
            .with("order", Shape.whole("its place in the chain; smaller ones are asked first"))
            .with("observeOnly", Shape.flag("whether its results do not count"))
            .with("failMode", Shape.choice("what becomes of operations if it fails", "open", "closed"))
            .with("since", Shape.text("when something was attached under the name first"))
            .maybe("failure", Shape.text("why it is not asked any more"))
            .with("programs", Shape.array(PROGRAM));

    static final Shape.Members LISTING = Shape.object()
            .with("name", Shape.text("of its function"))
            .with("section", Shape.text("what it is asked about"))
            .with("looks", Shape.whole("instructions that the verifier looked at, each as often as paths lead there"))
            .with("states", Shape.whole("states that it kept"))
            .with("stackBytes", Shape.whole("how deep the stack gets at most"))
            .with("nanos", Shape.whole("how long the verifier took"))
            .with(
                    "insns",
                    Shape.array(Shape.object()
                            .with("slot", Shape.whole("where it stands; instructions of 16 bytes take two"))
                            .with("text", Shape.text("in LLVM's dialect"))
                            .maybe("refersTo", Shape.text("the function or map that a number in it stands for"))
                            .maybe("sourceLine", Shape.whole("of the C file that it was made from"))
                            .maybe("source", Shape.text("the text of that line"))
                            .with("looks", Shape.whole("how often the verifier looked at it"))
                            .with(
                                    "known",
                                    Shape.array(Shape.text("a register or part of the stack, as it was known")))));

    static final Shape.Members MAP = Shape.object()
            .with("name", Shape.text("of the map"))
            .with("type", Shape.whole("of its kind, as Linux numbers them (BPF_MAP_TYPE_*)"))
            .with("kind", Shape.text("the same in words"))
            .with("keyBytes", Shape.whole("of a key"))
            .with("valueBytes", Shape.whole("of a value"))
            .with("entriesMax", Shape.whole("how many it can hold"))
            .with("listable", Shape.flag("whether it has entries to look at"));

    /** By the numbers of {@code enum bpf_map_type}, include/uapi/linux/bpf.h. */
    private static final Map<Integer, String> KINDS = Map.ofEntries(
            Map.entry(1, "hash"),
            Map.entry(2, "array"),
            Map.entry(3, "program array"),
            Map.entry(5, "hash, per CPU"),
            Map.entry(6, "array, per CPU"),
            Map.entry(9, "LRU hash"),
            Map.entry(10, "LRU hash, per CPU"),
            Map.entry(11, "prefixes"),
            Map.entry(12, "array of maps"),
            Map.entry(13, "hash of maps"),
            Map.entry(22, "queue"),
            Map.entry(23, "stack"),
            Map.entry(27, "ring buffer"),
            Map.entry(28, "storage of inodes"),
            Map.entry(29, "storage of processes"),
            Map.entry(30, "bloom filter"));

    private HookJson() {}

    static JsonObject of(AttachmentInfo info, Volume volume) {
        JsonObject json = new JsonObject().put("name", info.name());
        switch (info.scope()) {
            case Scope.Server() -> json.put("scope", "server");
            case Scope.Subvolume(SubvolumeId id) ->
                json.put("scope", "subvolume").put("subvolume", id.value()).put("path", path(volume, id));
        }
        json.put("order", info.order())
                .put("observeOnly", info.observeOnly())
                .put("failMode", info.failMode().name().toLowerCase(Locale.ROOT))
                .put("since", info.since().toString());
        info.failure().ifPresent(reason -> json.put("failure", reason));
        return json.putObjects(
                "programs", info.programs().stream().map(HookJson::of).toList());
    }

    /** Where a subvolume is found. */
    static String path(Volume volume, SubvolumeId id) {
        return volume.subvolumes()
                .path(NodeId.rootOf(id))
                .map(names -> "/" + names.stream().map(Name::toString).collect(Collectors.joining("/")))
                .orElse("?");
    }

    private static JsonObject of(ProgramInfo program) {
        return new JsonObject()
                .put("name", program.name())
                .put("section", program.section())
                .put("runs", program.runs())
                .put("nanos", program.nanos())
                .put("refusals", program.refusals())
                .put("invalidResults", program.invalidResults());
    }

    static JsonObject of(ProgramListing program) {
        return new JsonObject()
                .put("name", program.name())
                .put("section", program.section())
                .put("looks", program.looks())
                .put("states", program.states())
                .put("stackBytes", program.stackBytes())
                .put("nanos", program.nanos())
                .putObjects("insns", program.insns().stream().map(HookJson::of).toList());
    }

    private static JsonObject of(ProgramListing.Line insn) {
        JsonObject json = new JsonObject().put("slot", insn.slot()).put("text", insn.text());
        if (!insn.refersTo().isEmpty()) {
            json.put("refersTo", insn.refersTo());
        }
        if (insn.sourceLine() > 0) {
            json.put("sourceLine", insn.sourceLine()).put("source", insn.source());
        }
        return json.put("looks", insn.looks()).putTexts("known", insn.known());
    }

    static JsonObject of(HookMaps.MapInfo map) {
        return new JsonObject()
                .put("name", map.name())
                .put("type", map.type())
                .put("kind", KINDS.getOrDefault(map.type(), "type " + map.type()))
                .put("keyBytes", map.keyBytes())
                .put("valueBytes", map.valueBytes())
                .put("entriesMax", map.entriesMax())
                .put("listable", map.listable());
    }

    static JsonObject of(HookMaps.MapEntry entry) {
        return new JsonObject().put("key", value(entry.key())).put("value", value(entry.value()));
    }

    static JsonObject of(AuditRecord record) {
        return new JsonObject()
                .put("time", record.time().toString())
                .put("object", record.object())
                .put("program", record.program())
                .put("type", record.type())
                .put("text", record.toString())
                .put("fields", value(record.fields()));
    }

    /** A value of C as JSON; a number that JavaScript would round is a text. */
    static Json value(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                JsonObject object = new JsonObject();
                map.forEach((name, member) -> object.put(String.valueOf(name), value(member)));
                yield object;
            }
            case List<?> list -> Json.array(list.stream().map(HookJson::value).toList());
            case Boolean flag -> Json.of(flag);
            case Long number when Math.abs(number) < 1L << 53 -> Json.of(number);
            case Long number -> Json.of(number.toString());
            case BigInteger number -> Json.of(number.toString());
            case Double number -> Json.of(number, 6);
            default -> Json.of(value.toString());
        };
    }
}
