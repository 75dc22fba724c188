-- A copy of a database must not print: its stations are paired with nobody.
UPDATE ecom_workstation
   SET key = NULL, paired_at = NULL, last_seen = NULL;
DELETE FROM ecom_pairing;
UPDATE ecom_print_job
   SET state = 'cancelled', words = 'Cancelled in a copy of the database', todo = NULL, ended_at = now() AT TIME ZONE 'UTC'
 WHERE state IN ('queued', 'sending');
UPDATE ecom_print_job
   SET todo = NULL;
