-- Whether the live version of a document holds patient data that its collection lets in: only keys with `phi:read` find it.
alter table knowledge.documents add column contains_phi boolean not null default false;
update knowledge.documents d set contains_phi = true
from knowledge.versions v
where v.version_id = d.live_version_id and v.phi_status = 'contains_phi';
