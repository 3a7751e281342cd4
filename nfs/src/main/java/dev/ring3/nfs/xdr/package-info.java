/** External data representation (RFC 4506): big-endian, everything padded to four bytes, lengths checked before use. */
package dev.ring3.nfs.xdr;
