package dev.ring3.it.asm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** LLVM's assembler and disassembler for BPF as programs of the host. */
final class LlvmTools {
    private static final String VERSION = "-19";

    private final Path directory;

    /** Tools that leave their files in a directory of the caller; skips the test if they are not installed. */
    LlvmTools(Path directory) {
        this.directory = directory;
        for (String tool : List.of("llvm-mc", "llvm-objdump", "llvm-objcopy")) {
            boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                    .anyMatch(path -> Files.isExecutable(Path.of(path, tool + VERSION)));
            assumeTrue(found, tool + VERSION + " is not installed (Debian package llvm-19)");
        }
    }

    /** The bytes of the text section that llvm-mc makes of a source. */
    byte[] assemble(String source) throws IOException, InterruptedException {
        Path text = directory.resolve("text.bin");
        run("llvm-objcopy", "-O", "binary", "--only-section=.text", assembleObject(source), text.toString());
        return Files.readAllBytes(text);
    }

    /** What llvm-objdump prints for instructions, without its heading. */
    String disassemble(byte[] code) throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder();
        for (byte b : code) {
            source.append(".byte ").append(b).append('\n');
        }
        String object = assembleObject(source.toString());
        List<String> lines = run("llvm-objdump", "-d", "--mcpu=v4", "--no-show-raw-insn", object)
                .lines()
                .toList();
        int heading = lines.indexOf("Disassembly of section .text:");
        return String.join("\n", lines.subList(heading + 1, lines.size()));
    }

    private String assembleObject(String source) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("code.s"), source);
        String object = directory.resolve("code.o").toString();
        run("llvm-mc", "-triple=bpfel", "-mcpu=v4", "--filetype=obj", file.toString(), "-o", object);
        return object;
    }

    private String run(String tool, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(tool + VERSION));
        command.addAll(List.of(arguments));
        Path output = directory.resolve(tool + ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        int status = process.waitFor();
        String printed = Files.readString(output);
        if (status != 0) {
            throw new IllegalStateException("%s: exit %d%n%s".formatted(command, status, printed));
        }
        return printed;
    }
}
