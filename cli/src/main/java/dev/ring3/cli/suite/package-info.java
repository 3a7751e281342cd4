/**
 * The public BPF conformance suite in one JVM: {@link dev.ring3.cli.suite.SuiteFile} reads its {@code .data} files,
 * {@link dev.ring3.cli.suite.SuiteRunner} runs them, {@link dev.ring3.cli.suite.SuiteFunctions} is its table of helpers.
 * Rules where the format leaves room are those of the suite's own runner.
 */
package dev.ring3.cli.suite;
