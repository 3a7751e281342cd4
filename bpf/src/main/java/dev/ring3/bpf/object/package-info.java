/**
 * Compiled BPF objects: {@link dev.ring3.bpf.object.BpfObjectFile} reads what a compiler wrote and links it into
 * programs that stand alone.
 *
 * <p>Two steps. <em>Parsing</em> checks the file and says what is in it: sections of code as they are, for a
 * disassembler; functions, maps, symbols that the host must supply. <em>Linking</em> makes programs of it: each is one
 * function and all that it calls, directly or not, from whatever section; references to maps, data, functions and the
 * host's types are resolved, so that a program is code in the form of RFC 9669 and nothing else:
 *
 * <ul>
 *   <li>a map is {@code MAP_BY_INDEX}, data is {@code MAP_VALUE_BY_INDEX}; the index counts in
 *       {@link dev.ring3.bpf.object.LinkedObject#maps};
 *   <li>a function of the program is a {@code CallLocal}, its address is {@code CODE};
 *   <li>a function of the host is a {@code CallHost} whose id is 1 plus its index in
 *       {@link dev.ring3.bpf.object.LinkedObject#hostFunctions}.
 * </ul>
 *
 * <p>Source: {@code Documentation/bpf/llvm_reloc.rst} and {@code btf.rst} of Linux; libbpf's conventions for sections
 * and maps. Whatever is wrong is an {@link dev.ring3.bpf.object.ObjectException} with its section and place. Everything
 * is immutable and safe to share between threads.
 */
package dev.ring3.bpf.object;
