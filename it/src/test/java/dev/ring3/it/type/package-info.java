/**
 * The descriptions of program types against those who know: clang, the kernel's headers, the running kernel's verifier.
 */
@NullMarked
package dev.ring3.it.type;

import org.jspecify.annotations.NullMarked;
