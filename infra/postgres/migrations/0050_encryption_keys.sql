-- By which encryption keys this database was filled, without the keys: so that a process whose settings hold other ones
-- does not start and seal what nobody else can open.

create table ops.encryption_keys (
  key_id text primary key,
  -- A keyed hash of nothing (infra/encryption/key-mark.ts): tells whether a key is the one that was meant by this id.
  mark text not null check (mark ~ '^[0-9a-f]{64}$'),
  -- The key that keyed hashes hang on.
  makes_hashes boolean not null,
  first_seen_at timestamptz not null default now()
);
create unique index encryption_keys_makes_hashes on ops.encryption_keys (makes_hashes) where makes_hashes;
