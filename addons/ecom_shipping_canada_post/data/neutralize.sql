-- A copy of a database talks to a sandbox on this machine only, and knows no key.
UPDATE ecom_carrier_account
   SET canada_post_user = NULL,
       canada_post_password = NULL
 WHERE provider = 'canada_post';
DELETE FROM ir_config_parameter
 WHERE key = 'ecom_shipping_canada_post.endpoint';
INSERT INTO ir_config_parameter (key, value)
VALUES ('ecom_shipping_canada_post.endpoint', 'http://127.0.0.1:9');
