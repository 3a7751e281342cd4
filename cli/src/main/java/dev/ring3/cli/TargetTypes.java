package dev.ring3.cli;

import dev.ring3.bpf.ProgramType;
import dev.ring3.bpf.btf.Btf;
import dev.ring3.bpf.btf.BtfException;
import dev.ring3.bpf.hook.HookTypes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The types that CO-RE relocations are resolved against. Reads them when they are first asked for. */
final class TargetTypes {
    private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

    private final CommandFiles files;
    private final @Nullable String file;
    private @Nullable Btf read;

    /** @param file what was named, or null for what this machine has */
    TargetTypes(CommandFiles files, @Nullable String file) {
        this.files = files;
        this.file = file;
    }

    /** The types that programs of a type see: those of the file that was named, of Ring3, or of the kernel that runs. */
    Optional<Btf> of(ProgramType type) {
        if (file == null && TypeNames.isOfRing3(type)) {
            return Optional.of(HookTypes.btf());
        }
        if (read == null) {
            if (file != null) {
                read = parse(file);
            } else if (Files.isReadable(KERNEL)) {
                read = parse(KERNEL.toString());
            }
        }
        return Optional.ofNullable(read);
    }

    private Btf parse(String path) {
        try {
            return Btf.parse(files.read(path));
        } catch (BtfException e) {
            throw CommandException.usage("%s has no BTF in it: %s".formatted(CommandFiles.name(path), e.getMessage()));
        }
    }
}
