/* Spin locks, and references to sockets. */
#include "corpus.h"

struct guarded {
    struct bpf_spin_lock lock;
    u32 padding;
    u64 count;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, struct guarded);
} guarded_values SEC(".maps");

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 4);
    __type(key, u32);
    __type(value, u64[2]);
} plain_values SEC(".maps");

static always_inline struct guarded *guarded_value(u32 key) {
    return bpf_map_lookup_elem(&guarded_values, &key);
}

// accept
SEC("tc")
int lock_and_unlock(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&value->lock);
    value->count += skb->len;
    bpf_spin_unlock(&value->lock);
    return TC_ACT_OK;
}

// refuse lock: it is not given back
SEC("tc")
int lock_not_released(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&value->lock);
    value->count += skb->len;
    return TC_ACT_OK;
}

// refuse lock: it is not given back on one path
SEC("tc")
int lock_not_released_on_one_path(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&value->lock);
    u64 count = ++value->count;
    if (count > 1000) {
        return TC_ACT_SHOT;
    }
    bpf_spin_unlock(&value->lock);
    return TC_ACT_OK;
}

// refuse lock: it is taken while it is held
SEC("tc")
int lock_taken_twice(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&value->lock);
    bpf_spin_lock(&value->lock);
    bpf_spin_unlock(&value->lock);
    return TC_ACT_OK;
}

// refuse lock: two locks at a time may wait for each other
SEC("tc")
int two_locks(struct __sk_buff *skb) {
    struct guarded *first = guarded_value(0);
    struct guarded *second = guarded_value(1);
    if (!first || !second) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&first->lock);
    bpf_spin_lock(&second->lock);
    bpf_spin_unlock(&second->lock);
    bpf_spin_unlock(&first->lock);
    return TC_ACT_OK;
}

// refuse lock: it is not held
SEC("tc")
int unlock_without_lock(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (value) {
        bpf_spin_unlock(&value->lock);
    }
    return TC_ACT_OK;
}

// refuse lock: another one is held
SEC("tc")
int unlock_of_another(struct __sk_buff *skb) {
    struct guarded *first = guarded_value(0);
    struct guarded *second = guarded_value(1);
    if (!first || !second) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&first->lock);
    bpf_spin_unlock(&second->lock);
    return TC_ACT_OK;
}

// refuse lock: helpers may take long
SEC("tc")
int helper_under_lock(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(&value->lock);
    value->count = bpf_ktime_get_ns();
    bpf_spin_unlock(&value->lock);
    return TC_ACT_OK;
}

// refuse argument: this value has no lock
SEC("tc")
int lock_of_plain_value(struct __sk_buff *skb) {
    u32 key = 0;
    void *value = bpf_map_lookup_elem(&plain_values, &key);
    if (!value) {
        return TC_ACT_OK;
    }
    bpf_spin_lock(value);
    bpf_spin_unlock(value);
    return TC_ACT_OK;
}

// refuse field: the lock is the host's, not a number to be written
SEC("tc")
int lock_overwritten(struct __sk_buff *skb) {
    struct guarded *value = guarded_value(0);
    if (value) {
        value->lock.val = 0;
    }
    return TC_ACT_OK;
}

// refuse forbidden-function: programs that trace may not take locks
SEC("tracepoint/sched/sched_switch")
int lock_while_tracing(void *ctx) {
    struct guarded *value = guarded_value(0);
    if (value) {
        bpf_spin_lock(&value->lock);
        value->count++;
        bpf_spin_unlock(&value->lock);
    }
    return 0;
}

// accept
SEC("tc")
int socket_released(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {.saddr = 1, .daddr = 2, .sport = 3, .dport = 4};
    struct bpf_sock *sock = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), -1, 0);
    if (!sock) {
        return TC_ACT_OK;
    }
    u32 family = sock->family;
    bpf_sk_release(sock);
    return family == 2 ? TC_ACT_OK : TC_ACT_SHOT;
}

// refuse resource-leak: the socket is not released
SEC("tc")
int socket_leaks(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {};
    struct bpf_sock *sock = bpf_sk_lookup_udp(skb, &tuple, sizeof(tuple), -1, 0);
    return sock ? TC_ACT_OK : TC_ACT_SHOT;
}

// refuse not-a-pointer: the socket may be gone
SEC("tc")
int socket_used_after_release(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {};
    struct bpf_sock *sock = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), -1, 0);
    if (!sock) {
        return TC_ACT_OK;
    }
    bpf_sk_release(sock);
    return sock->family;
}

// refuse not-a-pointer: it was released before
SEC("tc")
int socket_released_twice(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {};
    struct bpf_sock *sock = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), -1, 0);
    if (!sock) {
        return TC_ACT_OK;
    }
    bpf_sk_release(sock);
    bpf_sk_release(sock);
    return TC_ACT_OK;
}

// refuse possibly-null: null cannot be released
SEC("tc")
int socket_released_unchecked(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {};
    bpf_sk_release(bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), -1, 0));
    return TC_ACT_OK;
}

// refuse read-only: programs only look at sockets
SEC("tc")
int socket_written(struct __sk_buff *skb) {
    struct bpf_sock_tuple tuple = {};
    struct bpf_sock *sock = bpf_sk_lookup_tcp(skb, &tuple, sizeof(tuple), -1, 0);
    if (!sock) {
        return TC_ACT_OK;
    }
    sock->mark = 1;
    bpf_sk_release(sock);
    return TC_ACT_OK;
}

// accept
SEC("tc")
int socket_of_packet(struct __sk_buff *skb) {
    struct bpf_sock *sock = skb->sk;
    if (!sock) {
        return TC_ACT_OK;
    }
    sock = bpf_sk_fullsock(sock);
    return sock ? sock->mark : TC_ACT_OK;
}

// refuse possibly-null: not every packet has a socket
SEC("tc")
int socket_of_packet_unchecked(struct __sk_buff *skb) {
    return skb->sk->family;
}
