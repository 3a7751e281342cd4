package dev.ring3.it.house;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/** How long a method may be, measured on the compiler's own syntax tree. */
final class MethodRules {
    /** Lines of a body, braces included. */
    static final int BODY_LINES_MAX = 60;

    private MethodRules() {}

    /**
     * The methods of {@code file} that are too long. What is read like a table may be as long as it needs to be: an arm
     * of a switch does not count if it is one line, nor does a test's method that is a single return of its vectors.
     */
    static List<String> tooLong(SourceFile file) {
        if (!file.isJava()) {
            return List.of();
        }
        JavacTask parser = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, null, List.of("-proc:none"), null, List.of(new Source(file)));
        List<String> findings = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : parser.parse()) {
                new Measurer(file, unit, Trees.instance(parser).getSourcePositions(), findings).scan(unit, null);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return findings;
    }

    private static final class Measurer extends TreeScanner<@Nullable Void, @Nullable Void> {
        private final SourceFile file;
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> findings;
        private int tableLines;

        private Measurer(SourceFile file, CompilationUnitTree unit, SourcePositions positions, List<String> findings) {
            this.file = file;
            this.unit = unit;
            this.positions = positions;
            this.findings = findings;
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            int tableLinesOfOuter = tableLines;
            tableLines = 0;
            super.visitMethod(method, null);
            if (method.getBody() != null && !(file.isTest() && isTable(method.getBody()))) {
                long lines = lineCount(method.getBody()) - tableLines;
                if (lines > BODY_LINES_MAX) {
                    findings.add("%s: method %s has %d lines, at most %d"
                            .formatted(file.name(), method.getName(), lines, BODY_LINES_MAX));
                }
            }
            tableLines += tableLinesOfOuter; // a method of a local class lies within the outer one's body
            return null;
        }

        @Override
        public @Nullable Void visitSwitch(SwitchTree tree, @Nullable Void unused) {
            discount(tree.getCases());
            return super.visitSwitch(tree, null);
        }

        @Override
        public @Nullable Void visitSwitchExpression(SwitchExpressionTree tree, @Nullable Void unused) {
            discount(tree.getCases());
            return super.visitSwitchExpression(tree, null);
        }

        private void discount(List<? extends CaseTree> arms) {
            tableLines += (int) arms.stream().filter(arm -> lineCount(arm) == 1).count();
        }

        private static boolean isTable(BlockTree body) {
            return body.getStatements().size() == 1 && body.getStatements().getFirst() instanceof ReturnTree;
        }

        private long lineCount(Tree tree) {
            return line(positions.getEndPosition(unit, tree)) - line(positions.getStartPosition(unit, tree)) + 1;
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }

    /** A source file that is in memory already. */
    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        private Source(SourceFile file) {
            super(URI.create("memory:///Source.java"), Kind.SOURCE);
            this.text = file.text();
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
