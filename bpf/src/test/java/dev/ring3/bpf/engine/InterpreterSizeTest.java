package dev.ring3.bpf.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** HotSpot never compiles a method of more bytecode, unless it is told to. */
class InterpreterSizeTest {
    private static final int HUGE_METHOD_LIMIT_BYTES = 8000;

    /** The loop is large: a reader that finds less has looked at the wrong class. */
    private static final int LOOP_BYTES_MIN = 1000;

    @Test
    void interpreter_everyMethod_isSmallEnoughToBeCompiled() throws IOException {
        Map<String, Integer> bytesByMethod = bytecodeBytes(Interpreter.class);
        assertThat(bytesByMethod.values()).allMatch(bytes -> bytes < HUGE_METHOD_LIMIT_BYTES);
        assertThat(bytesByMethod.values()).anyMatch(bytes -> bytes > LOOP_BYTES_MIN);
        System.out.println("bytecode of the interpreter's methods: " + bytesByMethod);
    }

    private static Map<String, Integer> bytecodeBytes(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
            assertThat(in).isNotNull();
            return ClassFile.of().parse(in.readAllBytes()).methods().stream()
                    .filter(method -> method.code().isPresent())
                    .collect(Collectors.toMap(
                            method -> method.methodName() + method.methodType().stringValue(),
                            InterpreterSizeTest::bytes));
        }
    }

    private static int bytes(MethodModel method) {
        return ((CodeAttribute) method.code().orElseThrow()).codeLength();
    }
}
