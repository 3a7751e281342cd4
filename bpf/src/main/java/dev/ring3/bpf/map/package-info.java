/**
 * What maps are made of: tables, tries, queues and logs in {@link dev.ring3.bpf.memory.BpfMemory}, by addresses.
 *
 * <p>Who reads takes no lock. Who changes the structure takes the structure's lock, and inside it the lock of the key
 * where there is one; a lock in a value is taken inside both. A row that was taken out of a structure is used again
 * only when {@link dev.ring3.bpf.map.Reclamation} says that nobody can have its address.
 */
package dev.ring3.bpf.map;
