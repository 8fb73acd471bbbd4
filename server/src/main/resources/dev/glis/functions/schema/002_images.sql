-- Container images. An image is the package of code that its manifest is; its configuration and its
-- layers are packages too, so that images share them and whatever nobody refers to is removed.
create table image_parts (
    image_sha256 text not null references code_packages on delete cascade,
    sha256 text not null references code_packages,
    primary key (image_sha256, sha256)
);
create index image_parts_part on image_parts (sha256);

-- Which accounts have brought an image. Knowing a digest is not enough to use what others brought.
create table image_holders (
    account_id text not null check (account_id ~ '^[0-9]{12}$'),
    image_sha256 text not null references code_packages on delete cascade,
    primary key (account_id, image_sha256)
);
create index image_holders_image on image_holders (image_sha256);
