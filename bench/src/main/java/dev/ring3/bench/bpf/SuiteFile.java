package dev.ring3.bench.bpf;

import dev.ring3.bench.bpf.SuiteCase.Assignment;
import dev.ring3.bench.bpf.SuiteCase.Preparation;
import dev.ring3.bench.bpf.SuiteCase.Where;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A file of tests as the public BPF microbenchmark suite has them (bpf_performance, {@code tests.yml} and the rules that its
 * runner reads it by): a mapping whose member {@code tests} is a list of mappings.
 *
 * @param unknown members of tests that mean nothing here, and were passed over
 */
record SuiteFile(List<SuiteCase> tests, Set<String> unknown) {
    private static final Set<String> KNOWN = Set.of(
            "name",
            "description",
            "elf_file",
            "map_state_preparation",
            "iteration_count",
            "program_cpu_assignment",
            "platform",
            "program_type",
            "pass_data",
            "expected_result",
            "batch_size", // of live frames, which are not run here
            "pass_context"); // programs always have one

    SuiteFile {
        tests = List.copyOf(tests);
        unknown = new TreeSet<>(unknown);
    }

    /** The file is no such one. */
    static final class FormException extends Exception {
        private static final long serialVersionUID = 1L;

        FormException(String message) {
            super(message);
        }
    }

    /** Reads one. */
    static SuiteFile parse(String yaml) throws FormException {
        Object document;
        try {
            document = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new FormException(String.valueOf(e.getMessage()));
        }
        if (!(document instanceof Map<?, ?> members) || !(members.get("tests") instanceof List<?> list)) {
            throw new FormException("it has no list of tests");
        }
        List<SuiteCase> tests = new ArrayList<>();
        Set<String> unknown = new HashSet<>();
        for (Object element : list) {
            String what = "test %d".formatted(tests.size() + 1);
            if (!(element instanceof Map<?, ?> fields)) {
                throw new FormException(what + " is no mapping");
            }
            fields.keySet().stream()
                    .map(String::valueOf)
                    .filter(key -> !KNOWN.contains(key))
                    .forEach(unknown::add);
            tests.add(new Fields(what, fields).test());
        }
        return new SuiteFile(tests, unknown);
    }

    /** The members of one mapping. */
    private record Fields(String what, Map<?, ?> members) {
        SuiteCase test() throws FormException {
            String name = text("name");
            Fields named = new Fields("%s (%s)".formatted(what, name), members);
            return new SuiteCase(
                    name,
                    named.textOr("description", ""),
                    named.text("elf_file"),
                    named.preparation(),
                    named.count("iteration_count"),
                    named.assignments(),
                    named.textOr("platform", ""),
                    named.textOr("program_type", "xdp"),
                    !"false".equals(named.textOr("pass_data", "true")),
                    (int) named.number("expected_result", 0));
        }

        private Optional<Preparation> preparation() throws FormException {
            Object value = members.get("map_state_preparation");
            if (value == null) {
                return Optional.empty();
            }
            Fields fields = new Fields(what + ", map_state_preparation", mapping("map_state_preparation", value));
            return Optional.of(new Preparation(fields.text("program"), fields.count("iteration_count")));
        }

        private List<Assignment> assignments() throws FormException {
            String field = "program_cpu_assignment";
            List<Assignment> assignments = new ArrayList<>();
            for (Map.Entry<?, ?> entry : mapping(field, required(field)).entrySet()) {
                assignments.add(new Assignment(String.valueOf(entry.getKey()), where(field, entry.getValue())));
            }
            if (assignments.isEmpty()) {
                throw wrong(field, "has no program");
            }
            return assignments;
        }

        private Where where(String field, @Nullable Object value) throws FormException {
            if (value instanceof List<?> list) {
                List<Integer> numbers = new ArrayList<>();
                for (Object element : list) {
                    numbers.add(processor(field, element));
                }
                return new Where.Numbered(numbers);
            }
            return switch (String.valueOf(value)) {
                case "all" -> new Where.All();
                case "remaining", "unassigned" -> new Where.Remaining(); // its older name
                default -> new Where.Numbered(List.of(processor(field, value)));
            };
        }

        private int processor(String field, @Nullable Object value) throws FormException {
            if (value instanceof Integer number && number >= 0) {
                return number;
            }
            throw wrong(field, "has processor '%s'; it is all, remaining, a number or a list of them".formatted(value));
        }

        private Map<?, ?> mapping(String field, Object value) throws FormException {
            if (value instanceof Map<?, ?> map) {
                return map;
            }
            throw wrong(field, "is no mapping");
        }

        private Object required(String field) throws FormException {
            Object value = members.get(field);
            if (value == null) {
                throw wrong(field, "is missing");
            }
            return value;
        }

        private String text(String field) throws FormException {
            return String.valueOf(required(field));
        }

        private String textOr(String field, String otherwise) {
            Object value = members.get(field);
            return value == null ? otherwise : String.valueOf(value);
        }

        private long count(String field) throws FormException {
            Object _ = required(field);
            long count = number(field, 0);
            if (count < 1) {
                throw wrong(field, "is less than 1");
            }
            return count;
        }

        private long number(String field, long otherwise) throws FormException {
            return switch (members.get(field)) {
                case null -> otherwise;
                case Integer number -> number;
                case Long number -> number;
                case Object other -> decoded(field, String.valueOf(other));
            };
        }

        /** Hexadecimal too, which is a text to YAML's JSON schema. */
        private long decoded(String field, String text) throws FormException {
            try {
                return Long.decode(text);
            } catch (NumberFormatException e) {
                throw wrong(field, "is '%s', and no number".formatted(text));
            }
        }

        private FormException wrong(String field, String how) {
            return new FormException("%s: %s %s".formatted(what, field, how));
        }
    }
}
