package dev.ring3.it.nfs;

import org.jspecify.annotations.Nullable;

/** Builds an OPEN (RFC 8881, 18.16): who, with which access and denial, created how, found how. */
final class Open {
    static final int READ = 1;
    static final int WRITE = 2;
    static final int BOTH = 3;
    static final int WANT_READ_DELEGATION = 0x100;
    static final int WANT_WRITE_DELEGATION = 0x200;
    static final int WANT_NO_DELEGATION = 0x400;

    private final Ops.Owner owner;
    private int seqid;
    private int access = READ;
    private int deny;
    private @Nullable XdrWriter create;
    private XdrWriter claim = new XdrWriter().u32(4);

    private Open(Ops.Owner owner) {
        this.owner = owner;
    }

    static Open by(Ops.Owner owner) {
        return new Open(owner);
    }

    Open seqid(int newSeqid) {
        this.seqid = newSeqid;
        return this;
    }

    Open access(int newAccess) {
        this.access = newAccess;
        return this;
    }

    Open deny(int newDeny) {
        this.deny = newDeny;
        return this;
    }

    Open unchecked(AttrValues values) {
        return create(0, values);
    }

    Open guarded(AttrValues values) {
        return create(1, values);
    }

    private Open create(int mode, AttrValues values) {
        create = new XdrWriter().u32(mode);
        values.write(create);
        return this;
    }

    Open exclusive(Opaque verifier) {
        create = new XdrWriter().u32(2).fixed(verifier);
        return this;
    }

    Open exclusive(Opaque verifier, AttrValues values) {
        create = new XdrWriter().u32(3).fixed(verifier);
        values.write(create);
        return this;
    }

    /** CLAIM_NULL: by name in the current directory. */
    Open name(String name) {
        return name(Opaque.of(name));
    }

    Open name(Opaque name) {
        claim = new XdrWriter().u32(0).opaque(name);
        return this;
    }

    /** CLAIM_PREVIOUS: the current file, as before the server's restart, with a delegation of that type (0 none). */
    Open previous(int delegationType) {
        claim = new XdrWriter().u32(1).u32(delegationType);
        return this;
    }

    /** CLAIM_DELEGATE_CUR: by name under a delegation that is held. */
    Open delegateCurrent(StateId delegation, String name) {
        claim = new XdrWriter().u32(2).stateId(delegation).text(name);
        return this;
    }

    /** CLAIM_FH: the current file. */
    Open file() {
        claim = new XdrWriter().u32(4);
        return this;
    }

    /** CLAIM_DELEG_CUR_FH: the current file under a delegation that is held. */
    Open delegateCurrentFile(StateId delegation) {
        claim = new XdrWriter().u32(5).stateId(delegation);
        return this;
    }

    /** A claim with any number and no body. */
    Open claim(int type) {
        return claim(type, new XdrWriter());
    }

    /** A claim with any number and any body. */
    Open claim(int type, XdrWriter body) {
        claim = new XdrWriter().u32(type).raw(body.toBytes());
        return this;
    }

    Op op() {
        XdrWriter out = new XdrWriter().u32(seqid).u32(access).u32(deny);
        owner.write(out);
        if (create == null) {
            out.u32(0);
        } else {
            out.u32(1).raw(create.toBytes());
        }
        return Op.of(OpCode.OPEN, out.raw(claim.toBytes()));
    }
}
